/* cmd_attach.c - `ccpod attach`: the terminal of a session that runs. */
#include <unistd.h>

#include "cli/commands.h"
#include "cli/scope.h"
#include "cli/session_flags.h"
#include "pod/run.h"
#include "tty/term.h"

static int run_attach(const struct args *args, struct error *err)
{
    cleanup_scope struct scope scope = {0};
    if (!scope_find(&scope, args, err))
        return EXIT_CODE_FAILED;
    if (!term_is_interactive()) {
        error_set(err, "standard input and output are no terminal");
        error_hint(err, "`ccpod wait` waits for a session without one");
        return EXIT_CODE_FAILED;
    }
    const struct run_options o = {.home = &scope.origin.home,
        .host = scope.host,
        .terminal = true,
        .inputs = {STDIN_FILENO},
        .n_inputs = 1,
        .detach_keys = args_text(args, "detach-keys"),
        .record = args_text(args, "record"),
        .steal = args_flag(args, "steal")};
    session_guard();
    return attach_main(&o, &scope.filter, args_text(args, "session"), err);
}

/* clang-format off */
static const struct flag flags[] = {
    { .name = "session", .kind = FLAG_TEXT, .value = "NAME|ID",
      .help = "the session of this name, or the run with this id; without it, the session "
              "without a name, else the only one" },
    FLAG_STEAL,
    FLAG_DETACH_KEYS,
    FLAG_RECORD,
    FLAG_HERE,
    { 0 },
};

const struct command attach_command = {
    .name = "attach",
    .summary = "Come back to a session that runs",
    .text = "The terminal becomes the session's, as it was before you left it, or as \"ccpod run "
            "--detach\" has started it. Unlike \"ccpod run\" it never starts one. Where somebody is "
            "attached already it says so; --steal takes the session over.",
    .flags = flags,
    .examples = { { "attach", "the session of this project" },
                  { "attach --session tests --steal", "another one, wherever it is shown now" } },
    .check = session_flags_check,
    .run = run_attach,
};
/* clang-format on */
