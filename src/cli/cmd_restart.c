/* cmd_restart.c - `ccpod restart`: a service stopped and started again. */
#include "cli/commands.h"
#include "cli/scope.h"
#include "pod/restart.h"

static int run_restart(const struct args *args, struct error *err)
{
    cleanup_scope struct scope scope = {0};
    long long grace_s = args_flag(args, "timeout") ? args_number(args, "timeout") : -1;

    if (scope_find(&scope, args, err))
        restart_main(scope.host, &scope.filter, args->words.v[0], grace_s, err);
    return 0;
}

/* clang-format off */
static const struct flag flags[] = {
    { .name = "timeout", .kind = FLAG_SECONDS, .value = "DURATION", .most = 86400,
      .help = "how long it may take to end before it is killed; without it, its own setting or "
              "5 s" },
    FLAG_HERE,
    { 0 },
};

const struct command restart_command = {
    .name = "restart",
    .synopsis = "SERVICE",
    .summary = "Restart a service's container",
    .text = "As it is: a changed configuration is taken over by the next run, or by `ccpod up`.",
    .flags = flags,
    .complete = COMPLETE_SERVICE,
    .words_least = 1,
    .words_most = 1,
    .examples = { { "restart db", "stop and start the database" },
                  { "restart --timeout 30 db", "and give it time to write everything down" } },
    .run = run_restart,
};
/* clang-format on */
