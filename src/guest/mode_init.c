/* mode_init.c - PID 1: sets the container up as root, then runs the command as the user. */
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/guest_abi.h"
#include "base/log.h"
#include "guest/child.h"
#include "guest/guest.h"
#include "guest/modes.h"
#include "guest/setup.h"
#include "guest/supervise.h"

int mode_init(char **args)
{
    struct error err = {0};
    struct guest guest;
    sigset_t all;
    int code = EXIT_CODE_FAILED;

    /* What arrives before the command runs waits, and is passed on to it. */
    sigfillset(&all);
    sigprocmask(SIG_SETMASK, &all, NULL);
    /* The secrets pass through this process: nobody may look into it, nor may they be dumped. */
    prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
    umask(0);

    bool root = args[0] && strcmp(args[0], "--root") == 0;
    args += root;
    args += args[0] && strcmp(args[0], "--") == 0;
    guest_init(&guest, args, environ);
    guest.root = root;
    child_size_terminal(guest_given(&guest, GUEST_ENV_TTY_SIZE));
    if (geteuid() != 0)
        error_set(&err, "the guest must start as root of the container, not as uid %u",
            (unsigned)geteuid());
    else if (setup(&guest, &err))
        code = supervise(&guest, &err);
    if (error_is_set(&err))
        log_error(&err);
    error_clear(&err);
    guest_release(&guest);
    return code;
}
