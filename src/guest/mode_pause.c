/* mode_pause.c - PID 1 of a namespace holder: does nothing, reaps, and ends when it is told to. */
#include <signal.h>
#include <sys/wait.h>

#include "guest/modes.h"

int mode_pause(char **args)
{
    sigset_t all;
    int sig;
    (void)args;

    sigfillset(&all);
    sigprocmask(SIG_SETMASK, &all, NULL);
    while (sigwait(&all, &sig) == 0 && sig != SIGTERM && sig != SIGINT)
        while (waitpid(-1, NULL, WNOHANG) > 0)
            ;
    return 0;
}
