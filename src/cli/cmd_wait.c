/* cmd_wait.c - `ccpod wait` and `ccpod stop`: the end of a session that nobody looks at. */
#include "cli/commands.h"
#include "cli/scope.h"
#include "pod/main_end.h"

static struct main_end_options options(const struct args *args, const struct scope *scope)
{
    return (struct main_end_options){.host = scope->host,
        .home = &scope->origin.home,
        .filter = &scope->filter,
        .which = args_text(args, "session"),
        .grace_s = -1};
}

static int run_wait(const struct args *args, struct error *err)
{
    cleanup_scope struct scope scope = {0};
    if (!scope_find(&scope, args, err))
        return EXIT_CODE_FAILED;
    const struct main_end_options o = options(args, &scope);
    return main_wait(&o, err);
}

static int run_stop(const struct args *args, struct error *err)
{
    cleanup_scope struct scope scope = {0};
    if (!scope_find(&scope, args, err))
        return EXIT_CODE_FAILED;
    struct main_end_options o = options(args, &scope);
    if (args_flag(args, "timeout"))
        o.grace_s = args_number(args, "timeout");
    main_stop(&o, err);
    return 0;
}

/* clang-format off */
#define FLAG_SESSION                                                                               \
    { .name = "session", .kind = FLAG_TEXT, .value = "NAME|ID",                                    \
      .help = "the session of this name, or the run with this id; without it, the session "        \
              "without a name, else the newest" }

static const struct flag wait_flags[] = {
    FLAG_SESSION,
    FLAG_HERE,
    { 0 },
};

static const struct flag stop_flags[] = {
    FLAG_SESSION,
    { .name = "timeout", .kind = FLAG_SECONDS, .value = "DURATION", .most = 86400,
      .help = "how long it may take to end before it is killed; without it, its own setting or "
              "5 s" },
    FLAG_HERE,
    { 0 },
};

const struct command wait_command = {
    .name = "wait",
    .summary = "Wait for the end of a detached run, and return its exit code",
    .text = "Its credentials come home, and its container is removed, unless --keep started it.",
    .flags = wait_flags,
    .examples = { { "wait", "the code of the session of this project" },
                  { "wait --session tests", "of another one" } },
    .run = run_wait,
};

const struct command stop_command = {
    .name = "stop",
    .summary = "End a session or a detached run",
    .text = "Its credentials come home, and its container is removed, unless --keep started it. "
            "Services go on; `ccpod down` ends them, too.",
    .flags = stop_flags,
    .examples = { { "stop", "end the session of this project" },
                  { "stop --session tests", "end another one" } },
    .run = run_stop,
};
/* clang-format on */
