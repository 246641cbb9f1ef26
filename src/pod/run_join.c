/* run_join.c - a run that joins a session which runs already: because a run of that name has found
 * it, or because it was asked for (attach). And who sits at a session's terminal. */
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "config/names.h"
#include "pod/leftover.h"
#include "pod/run_int.h"
#include "pod/target.h"

/* It would not answer, and the engine attaches nobody. */
static void fail_paused(struct run *run)
{
    op_fail(&run->flow.op, "%s is paused", run->name);
    error_hint(&run->flow.op.err, "`%s unpause %s` lets it go on",
        run->engine.is_podman ? "podman" : "docker", run->name);
}

void run_join(struct run *run, const json_t *container)
{
    cleanup_free char *out_dir = leftover_out_dir(container, run->o->home);
    if (json_is_true_at(container, "State.Paused") && !run->o->detach)
        fail_paused(run);
    run->joined = true;
    run->kept = strcmp(leftover_label(container, LABEL_ROLE), ROLE_KEPT) == 0;
    run->id = mem_strdup(json_text_at(container, "Id"));
    run_note_holder(run, json_text_at(container, "HostConfig.NetworkMode"));
    rundir_release(&run->rundir);
    if (out_dir)
        rundir_adopt(&run->rundir, out_dir);
    run_note_container(run, "joined");
}

/* --- attach --- */

void run_find_session(struct flow *flow)
{
    struct run *run = run_of(flow);
    run_watch(run);
    survey_begin(&run->survey, &flow->op, NULL, run->o->host, run->filter);
}

void run_look_at_session(struct flow *flow)
{
    struct run *run = run_of(flow);
    const struct member *m = target_session(&run->survey.members, run->which, &flow->op.err);
    if (!m)
        return;
    run->engine = run->survey.engine;
    run->survey.engine = (struct engine){0};
    run->profile = m->profile;
    run->name = mem_strdup(m->name);
    run->way_back = mem_printf(
        "ccpod attach%s%s", run->which ? " --session " : "", run->which ? run->which : "");
    container_inspect(&run->look, &flow->op, &run->engine, m->id);
}

void run_join_session(struct flow *flow)
{
    struct run *run = run_of(flow);
    const json_t *found = run->look.json;
    if (!json_is_true_at(found, "State.Running")) {
        op_fail(&flow->op, "%s has ended", run->name);
        error_hint(&flow->op.err, "`ccpod run` starts a new one");
    } else if (!json_is_true_at(found, "Config.Tty")) {
        op_fail(&flow->op, "%s has no terminal", run->name);
        error_hint(&flow->op.err,
            "`ccpod logs --follow` shows its output, `ccpod wait` waits for its exit code");
    } else if (run_open_record(run, &flow->op.err)) {
        run_join(run, found);
    }
}

/* --- the seat --- */

void run_take_seat(struct flow *flow)
{
    struct run *run = run_of(flow);
    if (run->o->terminal && !run->o->detach && run->rundir.dir)
        seat_begin(&run->seat, &flow->op, run->o->home, &run->rundir, run->o->steal);
}

void run_keep_seat(struct run *run)
{
    if (run->seat.flow.op.type)
        seat_keep(&run->seat, &run->flow.op);
}
