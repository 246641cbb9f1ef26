/* cmd_shell.c - `ccpod shell`: a shell, or a command, where Claude runs, or would. */
#include <stdlib.h>
#include <unistd.h>

#include "base/mem.h"
#include "cli/commands.h"
#include "cli/plan.h"
#include "cli/scope.h"
#include "cli/session_flags.h"
#include "cli/stdin.h"
#include "config/names.h"
#include "pod/exec_session.h"
#include "tty/term.h"

static bool check(const struct args *args, struct error *err)
{
    if (!args->words.n)
        return session_words_check(&args->rest, err);
    error_set_code(err, EXIT_CODE_USAGE, "shell: \"%s\" is no flag", args->words.v[0]);
    return error_hint(err, "a command goes behind \"--\": ccpod shell -- COMMAND");
}

/* In a container of its own: where Claude would run, the shell does. */
static int run_fresh(const struct args *args, const struct exec_options *like, struct error *err)
{
    struct plan plan = {.ask = like->terminal};
    cleanup_free char *name = NULL;
    int code = EXIT_CODE_FAILED;
    struct run_options o = {.command = like->command,
        .role = ROLE_HEADLESS, /* nobody comes back to it: what outlives ccpod is swept */
        .terminal = like->terminal,
        .shell = true,
        .root = like->root,
        .inputs = {STDIN_FILENO},
        .n_inputs = like->with_stdin,
        .detach_keys = ""};

    if (plan_make(&plan, args, err) && plan_prepare(&plan, args, &o, err))
        code = plan_run(&plan, &o, &name, err);
    plan_release(&plan);
    return code;
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
    if (missing && o.session)
        error_set(err, "no session or run %s runs in this project", o.session);
    else if (missing)
        code = run_fresh(args, &o, err);
    return code;
}

/* clang-format off */
static const struct flag flags[] = {
    { .name = "root", .kind = FLAG_SWITCH,
      .help = "as root of the container, not as Claude's user" },
    { .name = "session", .kind = FLAG_TEXT, .value = "NAME",
      .help = "in the container of this session, or of the run with this id" },
    FLAGS_OF_PLAN,
    FLAG_HERE,
    FLAG_NO_STDIN,
    { 0 },
};

const struct command shell_command = {
    .name = "shell",
    .synopsis = "[-- CMD...]",
    .summary = "Open a shell in the container where Claude runs",
    .text = "As Claude's user and in Claude's environment: bash, else sh, or the command behind "
            "\"--\", whose exit code it returns. Where no session runs it starts a container for "
            "itself, which goes with it.",
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
