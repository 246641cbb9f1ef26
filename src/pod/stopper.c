/* stopper.c - see stopper.h. */
#include "pod/stopper.h"

#include "base/mem.h"

static struct stopper *self(struct flow *flow)
{
    return container_of(flow, struct stopper, flow);
}

static void pass_on(struct flow *flow)
{
    struct stopper *s = self(flow);
    container_kill(&s->call, &flow->op, s->engine, s->id, s->signal);
}

/* A signal that finds it not running, though it may never have run: that is why. */
static bool has_never_run(const struct stopper *s)
{
    return !s->has_run && s->call.status == 409;
}

static void give_time(struct flow *flow)
{
    struct stopper *s = self(flow);
    pause_begin(&s->grace, &flow->op, has_never_run(s) ? STOPPER_NEWS : STOPPER_GRACE);
    s->grace.op.background = true;
}

static bool has_time_passed(struct flow *flow)
{
    struct stopper *s = self(flow);
    return *s->over || s->hurry || s->grace.op.ended;
}

static void kill_it(struct flow *flow)
{
    struct stopper *s = self(flow);
    if (*s->over || has_never_run(s))
        return;
    s->killed = true;
    container_kill(&s->call, &flow->op, s->engine, s->id, "KILL");
}

static bool is_over(struct flow *flow)
{
    const struct stopper *s = self(flow);
    return *s->over || has_never_run(s);
}

static const struct flow_row rows[] = {
    {"pass the signal on",  pass_on,   NULL,            15 * SECOND},
    {"give it time to end", give_time, has_time_passed, NO_LIMIT   },
    {"kill it",             kill_it,   NULL,            15 * SECOND},
    {"see it end",          NULL,      is_over,         10 * SECOND},
};

static const struct op_type stopper_type = {"stop", flow_step, NULL, NULL, flow_child_ended};

void stopper_begin(struct stopper *s, struct op *parent, const struct engine *engine,
    const char *id, const char *signal, bool has_run, const bool *over)
{
    s->engine = engine;
    s->id = id;
    s->signal = signal;
    s->has_run = has_run;
    s->over = over;
    s->hurry = s->killed = false;
    flow_begin(&s->flow, &stopper_type, parent, NULL, rows, array_size(rows), array_size(rows));
}

void stopper_hurry(struct stopper *s)
{
    if (!op_is_alive(&s->flow.op))
        return;
    s->hurry = true;
    op_kick(&s->flow.op);
}

void stopper_release(struct stopper *s)
{
    call_release(&s->call);
    if (s->flow.op.type)
        flow_release(&s->flow);
}
