/* vacancy.c - see vacancy.h. */
#include "pod/vacancy.h"

#include <unistd.h>

#include "base/limits.h"
#include "base/log.h"
#include "base/mem.h"
#include "loop/loop.h"
#include "pod/holder.h"
#include "pod/pod_lock.h"

static struct vacancy *self(struct flow *flow)
{
    return container_of(flow, struct vacancy, flow);
}

static void try_lock(struct vacancy *v)
{
    cleanup_str struct str number = STR(LIMIT_PATH);
    member_short_name(v->holder, &number);
    if (v->lock < 0)
        v->lock = pod_lock_holder(v->home, v->holder->profile, v->holder->project, number.s);
}

static void look(struct flow *flow)
{
    struct vacancy *v = self(flow);
    cleanup_json json_t *filters = member_filters(
        &(struct member_filter){.profile = v->holder->profile, .project = v->holder->project});
    try_lock(v); /* first: what is listed then is all there is */
    v->looked = false;
    container_list(&v->list, &flow->op, v->engine, filters, NULL);
}

/* Has the list that is here, and the lock, told enough? */
static bool judge(struct vacancy *v)
{
    if (holder_is_used(v->list.json, v->holder->id))
        return true;
    v->is_free = v->lock >= 0;
    if (v->is_free)
        return true;
    if (loop_now(v->flow.op.loop) < v->until)
        return false;
    log_warn("%s stays: a run that is starting has it, or one that hangs", v->holder->name);
    return true;
}

static bool is_known(struct flow *flow)
{
    struct vacancy *v = self(flow);
    if (v->looked) {
        look(flow);
        return false;
    }
    v->looked = true;
    if (judge(v))
        return true;
    pause_begin(&v->pause, &flow->op, VACANCY_AGAIN);
    return false;
}

static const struct flow_row rows[] = {
    {"see whether somebody uses it", look, is_known, 60 * SECOND},
};

static const struct op_type vacancy_type = {"vacancy", flow_step, NULL, NULL, flow_child_ended};

void vacancy_begin(struct vacancy *v, struct op *parent, const struct engine *engine,
    const struct ccpod_home *home, const struct member *holder)
{
    v->engine = engine;
    v->home = home;
    v->holder = holder;
    v->lock = -1;
    v->is_free = false;
    flow_begin(&v->flow, &vacancy_type, parent, NULL, rows, array_size(rows), array_size(rows));
    v->flow.brief = true;
    v->until = loop_now(v->flow.op.loop) + VACANCY_PATIENCE;
}

void vacancy_release(struct vacancy *v)
{
    if (!v->flow.op.type)
        return;
    if (v->lock >= 0)
        close(v->lock);
    v->lock = -1;
    call_release(&v->list);
    flow_release(&v->flow);
}
