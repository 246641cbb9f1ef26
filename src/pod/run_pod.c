/* run_pod.c - the pod around the main container of a run: begun beside everything else the
 * container needs, waited for before it is created, taken back if it does not come to its start.
 *
 * A run without services asks the engine nothing more, unless `ccpod up` has left holders for it,
 * or it has ports, which somebody else may have: another program, or a session of the same pod. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "pod/pod_lock.h"
#include "pod/run_int.h"

enum { HOLDER_LATER = 500, HOLDER_GRACE = 2 * SECOND };

static char *lock_path(const struct run *run)
{
    const struct resolved *r = run->o->resolved;
    return pod_lock_path(run->o->home, r->profile.name, r->project_hash, NULL);
}

void run_begin_pod(struct run *run)
{
    const struct resolved *r = run->o->resolved;
    cleanup_free char *path = lock_path(run);
    if (!r->services.n && !r->ports.n && !pod_is_warm(path))
        return;
    up_begin(&run->up, &run->flow.op,
        &(struct up_options){.resolved = run->o->resolved,
            .home = run->o->home,
            .engine = &run->engine,
            .info = &run->info,
            .info_op = &run->info_call.flow.op,
            .main_image = &run->image,
            .lease = run->lease,
            .role = "service",
            .guest_dir = run->guest_dir,
            .holders = 1,
            .only_beside = true,
            .patient = true,
            .progress = &run->progress});
}

static bool has_pod(const struct run *run)
{
    return run->up.flow.op.type != NULL;
}

bool run_is_pod_up(struct flow *flow)
{
    const struct run *run = run_of(flow);
    return !has_pod(run) || run->up.ready;
}

void run_pod_is_up(struct flow *flow)
{
    struct run *run = run_of(flow);
    cleanup_free char *path = lock_path(run);
    progress_end(&run->progress);
    /* Holders that `ccpod down` has taken away: the next run need not look for them. */
    if (has_pod(run) && !run->o->resolved->services.n && !pod_has_holders(&run->up.pod))
        pod_set_warm(path, false);
}

void run_add_pod(const struct run *run, struct spec_facts *facts)
{
    facts->ports = &run->o->resolved->ports;
    if (!has_pod(run))
        return;
    facts->holder_id = up_holder(&run->up);
    facts->network_id = up_network(&run->up);
    facts->ports = up_ports(&run->up);
}

static bool main_has_started(const struct run *run)
{
    return run->started && (run->joined || (run->start.answered && call_is_ok(&run->start)));
}

void run_look_at_pod(struct run *run)
{
    struct op *up = &run->up.flow.op;
    if (!op_is_alive(up))
        return;
    op_kick(up); /* what it waits for may be a fact of ours */
    if (main_has_started(run))
        up_settle(&run->up);
    if (error_is_set(&up->err) && !up->quiet) {
        up->quiet = true; /* said by us, while it takes back what it has made */
        op_cancel(&run->flow.op, &up->err);
    }
}

void run_note_holder(struct run *run, const char *network_mode)
{
    static const char prefix[] = "container:";
    free(run->holder);
    run->holder = network_mode && text_starts(network_mode, prefix)
                      ? mem_strdup(network_mode + strlen(prefix))
                      : NULL;
}

/* Does its container still run, as far as we are concerned? */
static bool is_running(const struct run *run)
{
    return main_has_started(run) && !run->over && !run->left && !flow_is_tearing_down(&run->flow);
}

/* A holder cannot be repaired under a container that lives in its network. The engine tells of its
 * end; one that has gone by now is not found. Who ends everything (the engine, when it is stopped)
 * ends the container as well: what it says with its exit code comes first. */
void run_look_at_holder(struct run *run)
{
    struct call *wait = &run->holder_wait;
    if (!run->holder || run->o->detach || !is_running(run))
        return;
    if (!run->holder_pause.op.type) {
        /* Most headless runs are over by then, and cost the engine no call more. */
        pause_begin(&run->holder_pause, &run->flow.op, HOLDER_LATER);
        run->holder_pause.op.background = true;
    } else if (!wait->op.type && run->holder_pause.over) {
        container_wait(wait, &run->flow.op, &run->engine, run->holder, "not-running");
        wait->op.quiet = true; /* an engine that is lost is somebody else's to tell */
    } else if (!wait->op.ended || !(op_is_done(&wait->op) || wait->status == 404)) {
        return;
    } else if (!run->holder_grace.op.type) {
        pause_begin(&run->holder_grace, &run->flow.op, HOLDER_GRACE);
        run->holder_grace.op.background = true;
    } else if (run->holder_grace.over) {
        op_fail(&run->flow.op, "the pod's network is gone");
        error_hint(&run->flow.op.err,
            "the container that keeps it has ended: a new run starts with a network of its own");
    }
}

void run_roll_back(struct flow *flow)
{
    struct run *run = run_of(flow);
    cleanup_error struct error why = {0};
    if (!op_is_alive(&run->up.flow.op))
        return;
    run->up.flow.op.quiet = true;
    error_copy(&why, &flow->op.err);
    error_set(&why, "the start was given up");
    if (main_has_started(run))
        up_settle(&run->up);
    else
        op_cancel(&run->up.flow.op, &why);
}

bool run_is_rolled_back(struct flow *flow)
{
    return !op_is_alive(&run_of(flow)->up.flow.op);
}

/* Where something dead was found it is finished with: short runs alone would never come to it. */
bool run_has_swept(struct flow *flow)
{
    const struct run *run = run_of(flow);
    return !op_is_alive(&run->sweep.flow.op) || run->signal;
}
