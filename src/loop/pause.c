/* pause.c - see pause.h. */
#include "loop/pause.h"

static void on_timer(uv_timer_t *timer)
{
    struct pause *p = timer->data;
    p->over = true;
    op_kick(&p->op);
}

static void step(struct op *op)
{
    struct pause *p = (struct pause *)op;
    if (p->closing || (!p->over && !op_is_asked(op)))
        return;
    p->closing = true;
    uv_close((uv_handle_t *)&p->timer, op_on_handle_closed);
    op_finish(op);
}

/* Cancelled it is over, no more: the error is that of whoever cancels, and nobody releases it here.
 */
static void stop(struct op *op)
{
    error_clear(&op->err);
    op->quitting = true;
}

static const struct op_type pause_type = {"pause", step, stop, NULL, NULL};

void pause_begin(struct pause *p, struct op *parent, uint64_t ms)
{
    op_begin(&p->op, &pause_type, parent);
    p->over = p->closing = false;
    uv_timer_init(op_uv(&p->op), &p->timer);
    p->timer.data = p;
    op_hold(&p->op);
    uv_timer_start(&p->timer, on_timer, ms, 0);
}
