/* plan.c - see plan.h. */
#include "cli/plan.h"

#include <stdlib.h>

#include "base/log.h"
#include "base/mem.h"
#include "cli/trust_text.h"
#include "pod/rundir.h"
#include "profile/merged_dir.h"
#include "profile/sync.h"
#include "tty/term.h"

/* Merged config dirs that nothing has mounted are removed after this time. */
enum { CONFIG_KEPT_S = 24 * 60 * 60 };

/* Resolves, and again where the user has just decided to trust the project. */
static bool resolve_asking(struct plan *p, struct resolve_flags *flags, struct error *err)
{
    bool yes = false;
    if (!resolve(flags, &p->resolved, err))
        return false;
    if (!p->ask || !term_is_interactive())
        return true;
    if (!trust_ask(&p->origin.home, &p->resolved, &yes, err))
        return false;
    if (!yes)
        return true;
    cleanup_free char *hash = mem_strdup(p->resolved.snapshot.hash);
    resolved_release(&p->resolved);
    p->resolved = (struct resolved){0};
    flags->trusted_hash = hash;
    return resolve(flags, &p->resolved, err);
}

bool plan_make(struct plan *p, const struct args *args, struct error *err)
{
    if (!origin_find(&p->origin, args, err))
        return false;
    struct resolve_flags flags = p->origin.flags;
    flags.env = args_list(args, "env");
    flags.claude_args = p->claude_args;
    flags.trust_project = args_flag(args, "trust-project");
    flags.no_state = args_flag(args, "no-state");
    flags.headless = p->headless;
    return resolve_asking(p, &flags, err) && (p->dry || sync_for_run(&p->resolved, err)) &&
           resolve_assets(&p->resolved, err);
}

bool plan_prepare(struct plan *p, const struct args *args, struct run_options *o, struct error *err)
{
    for (size_t i = 0; i < p->resolved.warnings.n; i++)
        log_warn("%s", p->resolved.warnings.v[i]);
    if (!p->dry && !merged_dir_write(&p->origin.home, &p->resolved, &p->merged_dir, err))
        return false;
    o->resolved = &p->resolved;
    o->home = &p->origin.home;
    o->merged_dir = p->dry ? "(the merged config dir)" : p->merged_dir;
    o->host = args_text(args, "host");
    return true;
}

int plan_run(const struct plan *p, const struct run_options *o, char **ret_name, struct error *err)
{
    cleanup_strv struct strv used = {0};
    int code = run_main(o, ret_name, err);
    rundir_configs(&p->origin.home, &used);
    merged_dir_sweep(&p->origin.home, &used, CONFIG_KEPT_S);
    return code;
}

void plan_release(struct plan *p)
{
    resolved_release(&p->resolved);
    origin_release(&p->origin);
    free(p->merged_dir);
}
