/* cmd_shell.c - `ccpod shell`: a shell, or a command, where Claude runs. */
#include "cli/commands.h"
#include "cli/scope.h"
#include "cli/session_flags.h"
#include "cli/stdin.h"
#include "pod/exec_session.h"
#include "tty/term.h"

static bool check(const struct args *args, struct error *err)
{
    if (!args->words.n)
        return true;
    error_set_code(err, EXIT_CODE_USAGE, "shell: \"%s\" is no flag", args->words.v[0]);
    return error_hint(err, "a command goes behind \"--\": ccpod shell -- COMMAND");
}

static int run_shell(const struct args *args, struct error *err)
{
    cleanup_scope struct scope scope = {0};
    bool missing;

    if (!scope_find(&scope, args, err))
        return EXIT_CODE_FAILED;
    struct exec_options o = {.host = scope.host,
        .filter = &scope.filter,
        .session = args_text(args, "session"),
        .command = &args->rest,
        .root = args_flag(args, "root"),
        .terminal = term_is_interactive()};
    o.with_stdin = o.terminal || (!args_flag(args, "no-stdin") && stdin_is_given());
    if (o.terminal)
        session_guard();
    int code = exec_main(&o, &missing, err);
    if (missing) {
        error_set(err, "no session runs in this project");
        error_hint(err, "start one with `ccpod run`");
    }
    return code;
}

/* clang-format off */
static const struct flag flags[] = {
    { .name = "root", .kind = FLAG_SWITCH,
      .help = "as root of the container, not as Claude's user" },
    { .name = "session", .kind = FLAG_TEXT, .value = "NAME",
      .help = "in the container of this session, or of the run with this id" },
    { .name = "no-stdin", .kind = FLAG_SWITCH,
      .help = "leave standard input alone" },
    FLAG_HERE,
    { 0 },
};

const struct command shell_command = {
    .name = "shell",
    .synopsis = "[-- CMD...]",
    .summary = "Open a shell in the container where Claude runs",
    .text = "As Claude's user and in Claude's environment: bash, else sh, or the command behind "
            "\"--\", whose exit code it returns.",
    .flags = flags,
    .words_most = WORDS_ANY, /* check() has the better message */
    .rest = true,
    .dash_hint = "a command goes behind \"--\": ccpod shell -- COMMAND",
    .examples = { { "shell", "look around where Claude works" },
                  { "shell -- make test", "one command, from a script" } },
    .check = check,
    .run = run_shell,
};
/* clang-format on */
