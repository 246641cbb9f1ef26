/* main.c - the program: prepares the process, reads the command line, calls the command, and is
 * the only place where an error is printed and turned into an exit code. */
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/str.h"
#include "cli/args.h"
#include "cli/commands.h"
#include "cli/help.h"
#include "cli/out.h"
#include "loop/fd.h"
#include "version.h"

static void set_log_level(const struct args *args)
{
    unsigned more = args_count(args, "v");

    if (args_flag(args, "q"))
        log_set_level(LOG_ERROR);
    else
        log_set_level(more > 1 ? LOG_TRACE : more ? LOG_DETAIL : LOG_NEWS);
}

static void show_help(const struct args *args)
{
    cleanup_str struct str text = STR(LIMIT_MESSAGE);
    help_text(args->path, args->depth, &text);
    out_text(text.s);
}

static int run(const struct args *args, struct error *err)
{
    const char *dir = args_text(args, "C");

    if (args->version) {
        out_text("ccpod " CCPOD_VERSION "\n");
        return 0;
    }
    if (args->help) {
        show_help(args);
        return 0;
    }
    if (dir && chdir(dir) != 0) {
        error_set_code(err, EXIT_CODE_FAILED, "go to %s: %s", dir, strerror(errno));
        error_hint(err, "-C takes a directory");
        return 0;
    }
    return args->command->run(args, err);
}

int main(int argc, char **argv)
{
    struct args args = {0};
    cleanup_error struct error err = {0};
    int code = 0;

    signal(SIGPIPE, SIG_IGN);
    fd_secure_standard();
    if (args_parse(&ccpod_command, argc, argv, &args, &err)) {
        set_log_level(&args);
        out_start(args_flag(&args, "no-color"));
        code = run(&args, &err);
        out_end(&err);
    }
    if (error_is_set(&err)) {
        log_error(&err);
        code = err.exit_code;
    }
    args_release(&args);
    log_close();
    return code;
}
