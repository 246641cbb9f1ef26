/* flow.c - see flow.h. */
#include "loop/flow.h"

#include <assert.h>

#include "base/log.h"
#include "base/mem.h"
#include "loop/loop.h"
#include "loop/timing.h"

void flow_begin(struct flow *flow, const struct op_type *type, struct op *parent, struct loop *loop,
    const struct flow_row *rows, unsigned n, unsigned teardown)
{
    assert(teardown <= n);
    if (parent)
        op_begin(&flow->op, type, parent);
    else
        op_begin_root(&flow->op, type, loop);
    flow->rows = rows;
    flow->n = n;
    flow->teardown = teardown;
    flow->row = 0;
    flow->begun = flow->brief = flow->late = flow->overdue = flow->has_limit = false;
    flow->n_trouble = 0;
    flow->since = uv_hrtime();
}

void flow_trouble(struct flow *flow, const struct error *err)
{
    if (error_is_set(err) && flow->n_trouble < FLOW_TROUBLE_MAX) {
        struct error *kept = &flow->trouble[flow->n_trouble++];
        *kept = (struct error){0};
        error_copy(kept, err);
        error_wrap(kept, "%s", flow->rows[flow->row].doing);
    }
}

void flow_child_ended(struct op *op, struct op *child)
{
    struct flow *flow = container_of(op, struct flow, op);
    if (child->quiet || !error_is_set(&child->err))
        return;
    /* Asked to end, at the very end. */
    if (flow->row == flow->n)
        return;
    /* A child that was cancelled because its row is late has nothing to add to that. */
    if (flow_is_tearing_down(flow) && !flow->overdue)
        flow_trouble(flow, &child->err);
    else if (flow_is_tearing_down(flow))
        return;
    else
        error_copy(&op->err, &child->err);
}

static void on_limit(uv_timer_t *timer)
{
    struct flow *flow = timer->data;
    flow->late = true;
    op_kick(&flow->op);
}

static void set_limit(struct flow *flow, uint64_t ms)
{
    flow->late = flow->overdue = false;
    if (!flow->has_limit) {
        if (ms == NO_LIMIT)
            return;
        uv_timer_init(op_uv(&flow->op), &flow->limit);
        flow->limit.data = flow;
        flow->has_limit = true;
        op_hold(&flow->op);
    }
    uv_timer_stop(&flow->limit);
    if (ms != NO_LIMIT)
        uv_timer_start(&flow->limit, on_limit, ms, 0);
}

static void on_limit_closed(uv_handle_t *handle)
{
    struct flow *flow = handle->data;
    op_drop(&flow->op);
}

/* Asks the children of this row to give up; background ones stay. */
static bool cancel_row(struct flow *flow, const struct error *why)
{
    bool busy = false;
    for (struct op *child = flow->op.children; child; child = child->sibling) {
        if (child->background)
            continue;
        busy = true;
        op_cancel(child, why);
    }
    return busy;
}

static bool row_is_busy(const struct flow *flow)
{
    for (const struct op *child = flow->op.children; child; child = child->sibling)
        if (!child->background)
            return true;
    return false;
}

static void enter(struct flow *flow, unsigned row)
{
    uint64_t now = uv_hrtime();
    if (row < flow->n)
        log_trace("%s: %s -> %s (%llu ms)", flow->op.type->name, flow->rows[flow->row].doing,
            flow->rows[row].doing, (unsigned long long)((now - flow->since) / NS_PER_MS));
    timing_row(&flow->op, flow->rows[flow->row].doing, flow->since);
    flow->row = row;
    flow->begun = false;
    flow->since = now;
}

/* A row whose time is up: an error on the way forward, trouble on the way out. */
static void row_is_late(struct flow *flow)
{
    cleanup_error struct error why = {0};
    error_set(&why, "not done within %llu s",
        (unsigned long long)(flow->rows[flow->row].limit_ms / SECOND));
    flow->late = false;
    flow->overdue = true;
    if (!flow_is_tearing_down(flow)) {
        error_copy(&flow->op.err, &why);
        return;
    }
    flow_trouble(flow, &why);
    cancel_row(flow, &why);
}

/* The end: background children are asked to quit, then the flow is finished. */
static void end(struct flow *flow)
{
    for (struct op *child = flow->op.children; child; child = child->sibling)
        op_quit(child);
    if (flow->op.children)
        return;
    if (flow->has_limit)
        uv_close((uv_handle_t *)&flow->limit, on_limit_closed);
    op_finish(&flow->op);
}

/* Leaves the forward rows because of an error; false while children are still ending. */
static bool turn_back(struct flow *flow)
{
    if (cancel_row(flow, &flow->op.err))
        return false;
    if (!flow->brief)
        error_wrap(&flow->op.err, "%s", flow->rows[flow->row].doing);
    flow->op.shielded = true;
    enter(flow, flow->teardown);
    return true;
}

/* One row as far as it goes; false when it has to wait. */
static bool advance(struct flow *flow)
{
    const struct flow_row *row = &flow->rows[flow->row];

    if (!flow->begun) {
        flow->begun = true;
        flow->op.shielded = flow_is_tearing_down(flow);
        set_limit(flow, row->limit_ms);
        if (row->begin)
            row->begin(flow);
    }
    if (flow->late)
        row_is_late(flow);
    if (!flow_is_tearing_down(flow) && op_is_asked(&flow->op))
        return true;
    if (row_is_busy(flow))
        return false;
    /* On the way out a row whose time is up is over with its children, ready or not. */
    if (row->ready && !flow->overdue && !row->ready(flow))
        return false;
    enter(flow, flow->row + 1);
    return true;
}

void flow_step(struct op *op)
{
    struct flow *flow = container_of(op, struct flow, op);

    for (;;) {
        if (!flow_is_tearing_down(flow) && op_is_asked(op)) {
            if (!error_is_set(&op->err))
                error_set(&op->err, "asked to end");
            if (!turn_back(flow))
                return;
        }
        if (flow->row == flow->n) {
            end(flow);
            return;
        }
        if (!advance(flow))
            return;
    }
}

void flow_release(struct flow *flow)
{
    op_release(&flow->op);
    for (unsigned i = 0; i < flow->n_trouble; i++)
        error_clear(&flow->trouble[i]);
    flow->n_trouble = 0;
}
