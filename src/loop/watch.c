/* watch.c - see watch.h. */
#include "loop/watch.h"

#include "base/log.h"

static void look_again(struct watch *w)
{
    w->dirty = true;
    op_kick(&w->op);
}

static void on_event(uv_fs_event_t *event, const char *name, int events, int status)
{
    (void)name;
    (void)events;
    (void)status;
    look_again(event->data);
}

static void on_timer(uv_timer_t *timer)
{
    look_again(timer->data);
}

static void step(struct op *op)
{
    struct watch *w = (struct watch *)op;
    if (w->dirty && !w->closing) {
        w->dirty = false;
        w->changed(w->user);
    }
    if (!op_is_asked(op) || w->closing)
        return;
    w->closing = true;
    uv_close((uv_handle_t *)&w->event, op_on_handle_closed);
    if (w->has_timer)
        uv_close((uv_handle_t *)&w->timer, op_on_handle_closed);
    op_finish(op);
}

static void begin_timer(struct watch *w)
{
    w->has_timer = true;
    uv_timer_init(op_uv(&w->op), &w->timer);
    w->timer.data = w;
    op_hold(&w->op);
    uv_timer_start(&w->timer, on_timer, WATCH_AGAIN, WATCH_AGAIN);
}

static const struct op_type watch_type = {"watch", step, NULL, NULL, NULL};

void watch_begin(
    struct watch *w, struct op *parent, const char *dir, void (*changed)(void *user), void *user)
{
    op_begin(&w->op, &watch_type, parent);
    w->op.background = true;
    w->changed = changed;
    w->user = user;
    w->dirty = w->closing = w->has_timer = false;
    uv_fs_event_init(op_uv(&w->op), &w->event);
    w->event.data = w;
    op_hold(&w->op);
    int rc = uv_fs_event_start(&w->event, on_event, dir, 0);
    if (rc < 0) {
        log_detail("watch %s: %s", dir, uv_strerror(rc));
        begin_timer(w);
    }
}
