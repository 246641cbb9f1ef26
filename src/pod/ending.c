/* ending.c - see ending.h. */
#include "pod/ending.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/path.h"
#include "loop/loop.h"
#include "pod/lease.h"
#include "pod/leftover.h"
#include "pod/rundir.h"
#include "pod/seat.h"

enum { GRACE_MOST_S = 24 * 60 * 60 };

static struct ending *self(struct flow *flow)
{
    return container_of(flow, struct ending, flow);
}

static bool is_its_turn(struct flow *flow)
{
    struct ending *e = self(flow);
    e->begun = !e->spec.may_begin || e->spec.may_begin(e->spec.user, e);
    return e->begun;
}

static void look(struct flow *flow)
{
    struct ending *e = self(flow);
    e->looked = false;
    container_inspect(&e->inspect, &flow->op, e->spec.engine, e->spec.member->id);
}

static bool is_state(const struct ending *e, const char *path)
{
    return json_is_true_at(e->inspect.json, path);
}

/* Docker lets a paused container go on to be stopped, Podman does not. */
static void let_go_on(struct flow *flow)
{
    struct ending *e = self(flow);
    e->gone = e->inspect.status == 404;
    e->out_dir = leftover_out_dir(e->inspect.json, e->spec.home);
    if (is_state(e, "State.Paused") && e->spec.engine->is_podman)
        container_unpause(&e->unpause, &flow->op, e->spec.engine, e->spec.member->id);
}

static void see_who_uses_it(struct flow *flow)
{
    struct ending *e = self(flow);
    if (e->spec.member->kind == MEMBER_HOLDER && !e->gone)
        vacancy_begin(&e->vacancy, &flow->op, e->spec.engine, e->spec.home, e->spec.member);
}

unsigned ending_grace(const json_t *container, long long grace_s)
{
    long long own = json_int_at(container, "Config.StopTimeout", ENDING_GRACE_S);
    long long s = grace_s >= 0 ? grace_s : own;
    return s < 0 || s > GRACE_MOST_S ? GRACE_MOST_S : (unsigned)s;
}

static void send_stop(struct ending *e)
{
    container_stop(&e->stop, &e->flow.op, e->spec.engine, e->spec.member->id,
        ending_grace(e->inspect.json, e->spec.grace_s));
}

static bool is_running(const struct ending *e)
{
    return is_state(e, "State.Running") || is_state(e, "State.Restarting");
}

static void stop(struct flow *flow)
{
    struct ending *e = self(flow);
    if (e->vacancy.flow.op.type && !e->vacancy.is_free)
        e->gone = true;
    if (!e->gone && is_running(e))
        send_stop(e);
}

static bool has_supervisor(const struct ending *e)
{
    if (e->spec.member->kind != MEMBER_MAIN || e->gone)
        return false;
    /* Who made it, or who has come back to it since. */
    return lease_look(e->spec.member->lease) == LEASE_ALIVE ||
           (e->out_dir && seat_is_taken(e->out_dir));
}

static void leave_to_supervisor(struct flow *flow)
{
    struct ending *e = self(flow);
    e->until = loop_now(flow->op.loop) + ENDING_PATIENCE;
    if (has_supervisor(e))
        look(flow);
    else
        e->looked = true;
}

/* It was yet to start when we looked, and has since: nobody has asked it to end. */
static bool stop_late_one(struct ending *e)
{
    if (e->stop.op.type || !is_running(e))
        return false;
    e->stopped_late = true;
    send_stop(e);
    return true;
}

static bool is_supervisor_done(struct flow *flow)
{
    struct ending *e = self(flow);
    if (!e->looked) {
        e->looked = true;
        e->gone = e->inspect.status == 404;
        if (stop_late_one(e))
            return false;
        if (!has_supervisor(e) || loop_now(flow->op.loop) >= e->until)
            return true;
        pause_begin(&e->pause, &flow->op, ENDING_AGAIN);
        return false;
    }
    if (e->stopped_late) {
        e->stopped_late = false;
        e->until = loop_now(flow->op.loop) + ENDING_PATIENCE;
    }
    if (!has_supervisor(e))
        return true;
    look(flow);
    return false;
}

static void save(struct flow *flow)
{
    struct ending *e = self(flow);
    const struct member *m = e->spec.member;
    if (m->kind == MEMBER_MAIN && !e->gone && e->out_dir)
        salvage_begin(
            &e->salvage, &flow->op, e->spec.engine, e->spec.home, m->profile, m->id, e->out_dir);
}

static void remove_it(struct flow *flow)
{
    struct ending *e = self(flow);
    if (!e->gone && !e->spec.stays)
        container_remove(&e->removal, &flow->op, e->spec.engine, e->spec.member->id);
}

static void tidy_up(struct flow *flow)
{
    struct ending *e = self(flow);
    vacancy_release(&e->vacancy);
    if (!e->out_dir || e->spec.stays)
        return;
    cleanup_free char *dir = path_dir(e->out_dir);
    rundir_remove_dir(dir);
}

static const struct flow_row rows[] = {
    {"wait for its turn",          NULL,                is_its_turn,        NO_LIMIT   },
    {"look at it",                 look,                NULL,               40 * SECOND},
    {"let it go on",               let_go_on,           NULL,               20 * SECOND},
    {"see who uses it",            see_who_uses_it,     NULL,               NO_LIMIT   },
    {"stop it",                    stop,                NULL,               NO_LIMIT   },
    {"leave it to its supervisor", leave_to_supervisor, is_supervisor_done, NO_LIMIT   },
    {"save its credentials",       save,                NULL,               60 * SECOND},
    {"remove it",                  remove_it,           NULL,               40 * SECOND},
    {"remove its run directory",   tidy_up,             NULL,               NO_LIMIT   },
};

static void ended(struct op *op)
{
    const struct ending *e = container_of(op, struct ending, flow.op);
    if (error_is_set(&op->err))
        error_wrap(&op->err, "%s", e->spec.member->name);
}

static const struct op_type ending_type = {"end", flow_step, NULL, ended, flow_child_ended};

void ending_begin(struct ending *e, struct op *parent, const struct ending_spec *spec)
{
    *e = (struct ending){.spec = *spec};
    flow_begin(&e->flow, &ending_type, parent, NULL, rows, array_size(rows), array_size(rows));
}

void ending_release(struct ending *e)
{
    call_release(&e->inspect);
    call_release(&e->unpause);
    call_release(&e->stop);
    call_release(&e->removal);
    salvage_release(&e->salvage);
    vacancy_release(&e->vacancy);
    free(e->out_dir);
    if (e->flow.op.type)
        flow_release(&e->flow);
    *e = (struct ending){0};
}
