/* source.c - see source.h. */
#include "loop/source.h"

#include <errno.h>
#include <fcntl.h>

#include "loop/loop.h"

static void read_some(struct source *s)
{
    char *chunk = s->op.loop->chunk;
    ssize_t n = fd_read(&s->fd, chunk, LIMIT_READ_CHUNK);
    if (n > 0) {
        s->bytes(s->user, chunk, (size_t)n);
        return;
    }
    if (n < 0 && (errno == EAGAIN || errno == EINTR))
        return;
    int error = n < 0 ? errno : 0;
    s->at_end = true;
    source_read(s, false);
    s->end(s->user, error);
}

static void on_readable(uv_poll_t *handle, int status, int events)
{
    (void)events;
    (void)status; /* an error shows when we read */
    read_some(handle->data);
}

static void on_turn(uv_idle_t *handle)
{
    read_some(handle->data);
}

void source_read(struct source *s, bool on)
{
    on = on && !s->at_end && !s->closing;
    if (s->reading == on)
        return;
    s->reading = on;
    if (s->polls && on)
        uv_poll_start(&s->poll, UV_READABLE, on_readable);
    else if (s->polls)
        uv_poll_stop(&s->poll);
    else if (on)
        uv_idle_start(&s->always, on_turn);
    else
        uv_idle_stop(&s->always);
}

static void step(struct op *op)
{
    struct source *s = (struct source *)op;
    if (!op_is_asked(op) || s->closing)
        return;
    source_read(s, false);
    s->closing = true;
    if (s->polls)
        uv_close((uv_handle_t *)&s->poll, op_on_handle_closed);
    uv_close((uv_handle_t *)&s->always, op_on_handle_closed);
    op_finish(op);
}

static void ended(struct op *op)
{
    struct source *s = (struct source *)op;
    fd_close(&s->fd);
}

static const struct op_type source_type = {"input", step, NULL, ended, NULL};

void source_begin(struct source *s, struct op *parent, int fd,
    void (*bytes)(void *user, const char *bytes, size_t n), void (*end)(void *user, int error),
    void *user)
{
    op_begin(&s->op, &source_type, parent);
    s->op.background = true;
    fd_open(&s->fd, fd, O_RDONLY);
    s->bytes = bytes;
    s->end = end;
    s->user = user;
    s->reading = s->at_end = s->closing = false;
    s->polls = fd_poll_init(&s->fd, op_uv(&s->op), &s->poll);
    uv_idle_init(op_uv(&s->op), &s->always);
    s->poll.data = s->always.data = s;
    op_hold(&s->op);
    if (s->polls)
        op_hold(&s->op);
}
