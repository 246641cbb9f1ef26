/* op.c - see op.h. The run queue itself is the loop's (loop/loop.c). */
#include "loop/op.h"

#include <assert.h>
#include <stdarg.h>

#include "base/log.h"
#include "base/mem.h"
#include "loop/loop_int.h"

static void begin(struct op *op, const struct op_type *type, struct loop *loop, struct op *parent)
{
    assert(!op_is_alive(op));
    op_release(op);
    *op = (struct op){.type = type, .loop = loop, .parent = parent};
    if (parent) {
        assert(!parent->finishing);
        op->sibling = parent->children;
        parent->children = op;
        op_hold(parent);
    }
    op_kick(op);
}

void op_begin(struct op *op, const struct op_type *type, struct op *parent)
{
    begin(op, type, parent->loop, parent);
}

void op_begin_root(struct op *op, const struct op_type *type, struct loop *loop)
{
    begin(op, type, loop, NULL);
}

void op_kick(struct op *op)
{
    if (!op->ended)
        loop_enqueue(op->loop, op);
}

void op_tell(struct op *op)
{
    if (op->parent)
        op_kick(op->parent);
}

static void on_deadline(uv_timer_t *timer)
{
    struct op *op = timer->data;
    op->timed_out = true;
    cleanup_error struct error why = {0};
    error_set(&why, "no answer in time");
    op_cancel(op, &why);
}

void op_deadline(struct op *op, uint64_t ms)
{
    if (!op->has_timer) {
        if (ms == NO_LIMIT)
            return;
        uv_timer_init(op_uv(op), &op->timer);
        op->timer.data = op;
        op->has_timer = true;
        op_hold(op);
    }
    uv_timer_stop(&op->timer);
    if (ms != NO_LIMIT)
        uv_timer_start(&op->timer, on_deadline, ms, 0);
}

bool op_fail(struct op *op, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    cleanup_free char *text = mem_vprintf(fmt, ap);
    va_end(ap);
    error_set(&op->err, "%s", text);
    op_kick(op);
    return false;
}

void op_cancel(struct op *op, const struct error *why)
{
    if (op->finishing || (op->shielded && !op->timed_out))
        return;
    error_copy(&op->err, why);
    if (op->type->stop)
        op->type->stop(op);
    op_kick(op);
}

void op_quit(struct op *op)
{
    if (op->finishing || op->quitting)
        return;
    op->quitting = true;
    if (op->type->stop)
        op->type->stop(op);
    op_kick(op);
}

void op_quit_children(struct op *op)
{
    for (struct op *child = op->children; child; child = child->sibling)
        op_quit(child);
}

void op_kick_by_child(struct op *op, struct op *child)
{
    (void)child;
    op_kick(op);
}

void op_finish(struct op *op)
{
    assert(!op->finishing && !op->children);
    op->finishing = true;
    if (op->has_timer)
        uv_close((uv_handle_t *)&op->timer, op_on_handle_closed);
    op_kick(op);
}

void op_hold(struct op *op)
{
    op->holds++;
}

void op_drop(struct op *op)
{
    assert(op->holds);
    op->holds--;
    op_kick(op);
}

void op_on_handle_closed(uv_handle_t *handle)
{
    op_drop(handle->data);
}

uv_loop_t *op_uv(const struct op *op)
{
    return loop_uv(op->loop);
}

void op_release(struct op *op)
{
    assert(!op_is_alive(op));
    error_clear(&op->err);
}

static void leave_parent(struct op *op)
{
    struct op *parent = op->parent;
    struct op **at = &parent->children;
    while (*at != op)
        at = &(*at)->sibling;
    *at = op->sibling;
    if (parent->type->child_ended)
        parent->type->child_ended(parent, op);
    else if (!op->quiet)
        error_copy(&parent->err, &op->err);
    op_drop(parent);
}

void op_turn(struct op *op)
{
    if (op->ended)
        return;
    if (!op->finishing)
        op->type->step(op);
    /* Kicked again meanwhile: it ends in its next turn, so that an op that has ended is never on
     * the queue, and its owner may use the memory again. */
    if (!op->finishing || op->holds || op->queued)
        return;
    op->ended = true;
    if (error_is_set(&op->err))
        log_trace("%s: ended: %s", op->type->name, op->err.text);
    if (op->type->ended)
        op->type->ended(op);
    if (op->parent)
        leave_parent(op);
}
