/* cmd_exec.c - `ccpod exec`: a command in the container of a service. */
#include "cli/commands.h"
#include "cli/scope.h"
#include "cli/session_flags.h"
#include "cli/stdin.h"
#include "pod/exec_session.h"
#include "tty/term.h"

static int run_exec(const struct args *args, struct error *err)
{
    cleanup_scope struct scope scope = {0};
    bool missing;

    if (!scope_find(&scope, args, err))
        return EXIT_CODE_FAILED;
    struct exec_options o = {.host = scope.host,
        .filter = &scope.filter,
        .service = args->words.v[0],
        .command = &args->rest,
        .terminal = term_is_interactive()};
    o.with_stdin = o.terminal || stdin_is_given();
    if (o.terminal)
        session_guard();
    return exec_main(&o, &missing, err);
}

static bool check(const struct args *args, struct error *err)
{
    if (args->rest.n)
        return session_words_check(&args->words, err) && session_words_check(&args->rest, err);
    error_set_code(err, EXIT_CODE_USAGE, "which command is it to run?");
    return error_hint(err, "ccpod exec SERVICE COMMAND");
}

/* clang-format off */
static const struct flag flags[] = {
    FLAG_HERE,
    { 0 },
};

const struct command exec_command = {
    .name = "exec",
    .synopsis = "SERVICE CMD...",
    .summary = "Run a command in the container of a service",
    .text = "At a terminal it has one, too; else the streams stay apart and piped input goes to "
            "it. The exit code is the command's. Behind the service all words are the command's, "
            "flags too.",
    .flags = flags,
    .complete = COMPLETE_SERVICE,
    .complete_most = 1,
    .words_least = 1,
    .words_most = 1,
    .rest = true,
    .rest_after = 1,
    .examples = { { "exec db psql -U postgres", "a session with the database" },
                  { "exec cache redis-cli ping", "one command" } },
    .check = check,
    .run = run_exec,
};
/* clang-format on */
