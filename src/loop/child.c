/* child.c - see child.h. */
#include "loop/child.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/limits.h"
#include "loop/loop.h"
#include "loop/timing.h"

enum { KILL_AFTER = 2 * SECOND };

static void on_exited(uv_process_t *process, int64_t status, int sig)
{
    struct child *c = process->data;
    c->exited = true;
    c->code = sig ? EXIT_CODE_SIGNAL + sig : (int)status;
    op_kick(&c->op);
}

static void on_alloc(uv_handle_t *handle, size_t hint, uv_buf_t *buf)
{
    struct child *c = handle->data;
    (void)hint;
    *buf = uv_buf_init(c->op.loop->chunk, sizeof c->op.loop->chunk);
}

static void on_read(uv_stream_t *stream, ssize_t n, const uv_buf_t *buf)
{
    struct child *c = stream->data;
    struct str *to = stream == (uv_stream_t *)&c->out_pipe ? &c->out : &c->err;
    if (n > 0) {
        size_t room = to->max - to->len;
        str_add(to, buf->base, (size_t)n < room ? (size_t)n : room);
        to->full = to->full || (size_t)n > room;
    } else if (n < 0) {
        uv_read_stop(stream);
        c->streams--;
        op_kick(&c->op);
    }
}

static void on_kill_timer(uv_timer_t *timer)
{
    struct child *c = timer->data;
    if (!c->exited)
        uv_process_kill(&c->process, SIGKILL);
    /* A grandchild may hold the outputs open: they are not waited for any longer. */
    c->given_up = true;
    op_kick(&c->op);
}

static void stop(struct op *op)
{
    struct child *c = (struct child *)op;
    if (c->stopping || c->closing)
        return;
    c->stopping = true;
    if (!c->exited)
        uv_process_kill(&c->process, SIGTERM);
    uv_timer_start(&c->kill_timer, on_kill_timer, KILL_AFTER, 0);
}

static void step(struct op *op)
{
    struct child *c = (struct child *)op;
    if (!c->exited || (c->streams && !c->given_up) || c->closing)
        return;
    c->closing = true;
    timing_leaf(op, c->program, c->began, 0);
    uv_close((uv_handle_t *)&c->process, op_on_handle_closed);
    uv_close((uv_handle_t *)&c->out_pipe, op_on_handle_closed);
    uv_close((uv_handle_t *)&c->err_pipe, op_on_handle_closed);
    uv_close((uv_handle_t *)&c->kill_timer, op_on_handle_closed);
    op_finish(op);
}

static const struct op_type child_type = {"child process", step, stop, NULL, NULL};

static int spawn(struct child *c, char *const *argv, const char *dir)
{
    uv_stdio_container_t stdio[] = {
        {.flags = UV_IGNORE                         },
        { .flags = UV_CREATE_PIPE | UV_WRITABLE_PIPE, .data.stream = (uv_stream_t *)&c->out_pipe},
        { .flags = UV_CREATE_PIPE | UV_WRITABLE_PIPE, .data.stream = (uv_stream_t *)&c->err_pipe},
    };
    uv_process_options_t options = {
        .exit_cb = on_exited,
        .file = argv[0],
        .args = (char **)(uintptr_t)argv,
        .cwd = dir,
        .flags = UV_PROCESS_DETACHED,
        .stdio = stdio,
        .stdio_count = 3,
    };
    return uv_spawn(op_uv(&c->op), &c->process, &options);
}

void child_begin(struct child *c, struct op *parent, char *const *argv, const char *dir)
{
    op_begin(&c->op, &child_type, parent);
    c->began = uv_hrtime();
    snprintf(c->program, sizeof c->program, "%s", argv[0]);
    str_init(&c->out, LIMIT_CHILD_OUTPUT);
    str_init(&c->err, LIMIT_CHILD_OUTPUT);
    c->exited = c->closing = c->stopping = c->given_up = false;
    c->code = 0;
    c->streams = 2;
    uv_pipe_init(op_uv(&c->op), &c->out_pipe, 0);
    uv_pipe_init(op_uv(&c->op), &c->err_pipe, 0);
    uv_timer_init(op_uv(&c->op), &c->kill_timer);
    c->process.data = c->out_pipe.data = c->err_pipe.data = c->kill_timer.data = &c->op;
    for (int i = 0; i < 4; i++)
        op_hold(&c->op);

    int rc = spawn(c, argv, dir);
    if (rc < 0) {
        c->exited = true;
        c->streams = 0;
        op_fail(&c->op, "start %s: %s", argv[0], uv_strerror(rc));
        return;
    }
    uv_read_start((uv_stream_t *)&c->out_pipe, on_alloc, on_read);
    uv_read_start((uv_stream_t *)&c->err_pipe, on_alloc, on_read);
}

void child_release(struct child *c)
{
    str_release(&c->out);
    str_release(&c->err);
    op_release(&c->op);
}
