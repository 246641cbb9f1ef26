/* plan.h - from the command line to a run of a main container: profile and project resolved, the
 * user asked whether he trusts the project, the merged config dir written. For `run`, and for
 * `shell` where nothing runs yet.
 *
 *     struct plan plan = {.ask = true};
 *     if (plan_make(&plan, args, &err)) {
 *         struct run_options o = {.command = ...};
 *         code = plan_run(&plan, &o, &name, &err);
 *     }
 *     plan_release(&plan);
 */
#ifndef CLI_PLAN_H
#define CLI_PLAN_H

#include "cli/args.h"
#include "cli/origin.h"
#include "pod/run.h"

struct plan {
    /* What the caller says. */
    const struct strv *claude_args; /* borrowed; NULL: none */
    bool headless;                  /* Claude is to answer: no way to log in is an error */
    bool ask;                       /* the user may be asked, if he is at a terminal */
    bool dry;                       /* touch nothing */

    struct origin origin;
    struct resolved resolved;
    char *merged_dir;
};

/* The flags of a command that makes plans, beside FLAG_HERE and FLAG_NO_STDIN. */
/* clang-format off */
#define FLAGS_OF_PLAN                                                                              \
    { .name = "env", .kind = FLAG_LIST, .value = "KEY[=VALUE]",                                    \
      .help = "set a variable in the container; KEY alone forwards the host's value; "             \
              "repeatable" },                                                                      \
    { .name = "no-state", .kind = FLAG_SWITCH,                                                     \
      .help = "keep no state of this run, whatever the profile says" },                            \
    { .name = "trust-project", .kind = FLAG_SWITCH,                                                \
      .help = "trust the project's own configuration for this run" }
#define FLAG_NO_STDIN                                                                              \
    { .name = "no-stdin", .kind = FLAG_SWITCH,                                                     \
      .help = "leave standard input alone" }
/* clang-format on */

/* Release it in either case. */
bool plan_make(struct plan *, const struct args *, struct error *);

/* Prints the warnings and adds to the options what the plan knows: resolved config, home, merged
 * config dir, engine. */
bool plan_prepare(struct plan *, const struct args *, struct run_options *, struct error *);

/* run_main() with these options, and what may be tidied up after it. */
int plan_run(const struct plan *, const struct run_options *, char **ret_name, struct error *);

void plan_release(struct plan *);

#endif
