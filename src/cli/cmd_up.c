/* cmd_up.c - `ccpod up`: the sidecars of this project, and a namespace holder for its next run. */
#include "base/log.h"
#include "cli/commands.h"
#include "cli/origin.h"
#include "cli/timing_report.h"
#include "pod/up_main.h"

static int run_up(const struct args *args, struct error *err)
{
    cleanup_origin struct origin origin;
    struct resolved resolved = {0};
    struct timing_report report = {0};

    if (origin_find(&origin, args, err) && timing_report_begin(&report, args, err) &&
        resolve(&origin.flags, &resolved, err)) {
        for (size_t i = 0; i < resolved.warnings.n; i++)
            log_warn("%s", resolved.warnings.v[i]);
        up_main(&(struct up_main_options){.resolved = &resolved,
                    .home = &origin.home,
                    .host = args_text(args, "host"),
                    .services = &args->words,
                    .timing = timing_report_record(&report),
                    .wait = args_flag(args, "wait"),
                    .spares = 1 + (unsigned)args_number(args, "warm")},
            err);
    }
    timing_report_end(&report);
    resolved_release(&resolved);
    return 0;
}

/* clang-format off */
static const struct flag flags[] = {
    { .name = "wait", .kind = FLAG_SWITCH,
      .help = "wait until the services are healthy" },
    { .name = "warm", .kind = FLAG_NUMBER, .value = "N", .least = 0, .most = 15,
      .help = "prepare N further runs, beside the next one" },
    FLAG_TIMING,
    FLAG_HERE,
    { 0 },
};

const struct command up_command = {
    .name = "up",
    .synopsis = "[SERVICE...]",
    .summary = "Start the project's services before they are needed",
    .text = "All of them, or those that are named with what they depend on. The next run finds "
            "them, and joins a network namespace that is kept ready: it starts in a third of the "
            "time. \"ccpod down\" ends them.",
    .flags = flags,
    .complete = COMPLETE_SERVICE,
    .words_most = WORDS_ANY,
    .examples = { { "up --wait", "until all services are healthy" },
                  { "up db --warm 4", "one service, and five runs that start at once" } },
    .run = run_up,
};
/* clang-format on */
