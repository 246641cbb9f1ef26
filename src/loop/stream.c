/* stream.c - see stream.h. Unix sockets through uv_pipe_t. */
#include "loop/stream.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "base/mem.h"

struct stream {
    uv_pipe_t pipe;
    uv_shutdown_t shutdown;
    struct loop *loop;
    const struct stream_events *events;
    void *user;
    int failed; /* of the connect that could not even begin; told by the loop */
    size_t queued;
    bool is_open, reading, wants_shut, is_shut, closing;
    uv_idle_t late; /* delivers `failed` from the loop */
    bool has_late;
    unsigned handles;
};

struct write {
    uv_write_t req;
    size_t n;
    char bytes[];
};

static void on_closed(uv_handle_t *handle)
{
    struct stream *s = handle->data;
    if (--s->handles)
        return;
    if (s->events->closed)
        s->events->closed(s->user);
    free(s);
}

static void broken(struct stream *s, int rc)
{
    if (!s->closing && s->events->broken)
        s->events->broken(s->user, uv_strerror(rc), rc);
}

static void on_late(uv_idle_t *idle)
{
    struct stream *s = idle->data;
    uv_idle_stop(idle);
    broken(s, s->failed);
}

static void fail_later(struct stream *s, int rc)
{
    s->failed = rc;
    uv_idle_init(&s->loop->uv, &s->late);
    s->late.data = s;
    s->has_late = true;
    s->handles++;
    uv_idle_start(&s->late, on_late);
}

static void on_alloc(uv_handle_t *handle, size_t hint, uv_buf_t *buf)
{
    struct stream *s = handle->data;
    (void)hint;
    *buf = uv_buf_init(s->loop->chunk, sizeof s->loop->chunk);
}

static void on_read(uv_stream_t *handle, ssize_t n, const uv_buf_t *buf)
{
    struct stream *s = handle->data;
    if (n > 0) {
        s->events->bytes(s->user, buf->base, (size_t)n);
    } else if (n == UV_EOF) {
        uv_read_stop(handle);
        s->events->end(s->user);
    } else if (n < 0) {
        uv_read_stop(handle);
        broken(s, (int)n);
    }
}

static void apply_reading(struct stream *s)
{
    if (!s->is_open || s->closing)
        return;
    if (s->reading)
        uv_read_start((uv_stream_t *)&s->pipe, on_alloc, on_read);
    else
        uv_read_stop((uv_stream_t *)&s->pipe);
}

/* A unix socket is connected when connect() returns: waiting for the loop to say so would leave
 * the engine idle while we do other work. 0, or the system's error. */
static int connect_now(const char *path, int *ret_fd)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    if (strlen(path) >= sizeof address.sun_path)
        return ENAMETOOLONG;
    memcpy(address.sun_path, path, strlen(path) + 1);
    cleanup_close int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    if (fd < 0 || fcntl(fd, F_SETFD, FD_CLOEXEC) < 0 || fcntl(fd, F_SETFL, O_NONBLOCK) < 0 ||
        connect(fd, (const struct sockaddr *)&address, sizeof address) < 0)
        return errno;
    *ret_fd = fd;
    fd = -1;
    return 0;
}

struct stream *stream_unix(
    struct loop *loop, const char *path, const struct stream_events *events, void *user)
{
    struct stream *s = mem_zalloc(sizeof *s);
    int fd = -1;
    s->loop = loop;
    s->events = events;
    s->user = user;
    s->handles = 1;
    uv_pipe_init(&loop->uv, &s->pipe, 0);
    s->pipe.data = s->shutdown.data = s;
    int rc = connect_now(path, &fd);
    if (rc != 0)
        fail_later(s, uv_translate_sys_error(rc));
    else if ((rc = uv_pipe_open(&s->pipe, fd)) != 0)
        fail_later(s, rc);
    s->is_open = rc == 0;
    return s;
}

bool stream_is_open(const struct stream *s)
{
    return s->is_open;
}

void stream_set_events(struct stream *s, const struct stream_events *events, void *user)
{
    s->events = events;
    s->user = user;
}

void stream_read(struct stream *s, bool on)
{
    if (s->reading == on)
        return;
    s->reading = on;
    apply_reading(s);
}

static void on_shut(uv_shutdown_t *req, int rc)
{
    struct stream *s = req->data;
    /* The peer may be gone already: that shows on the reading side. */
    (void)rc;
    s->is_shut = true;
}

static void shut_if_due(struct stream *s)
{
    if (s->wants_shut && !s->is_shut && !s->queued && s->is_open && !s->closing) {
        s->wants_shut = false;
        uv_shutdown(&s->shutdown, (uv_stream_t *)&s->pipe, on_shut);
    }
}

static void on_written(uv_write_t *req, int rc)
{
    struct write *w = container_of(req, struct write, req);
    struct stream *s = req->data;
    s->queued -= w->n;
    free(w);
    if (s->closing)
        return;
    if (rc < 0) {
        broken(s, rc);
        return;
    }
    if (!s->queued && s->events->drained)
        s->events->drained(s->user);
    shut_if_due(s);
}

void stream_write(struct stream *s, const void *bytes, size_t n)
{
    if (s->closing)
        return; /* its owner will hear of it */
    assert(s->is_open && !s->wants_shut && !s->is_shut);
    if (!s->queued) {
        uv_buf_t buf = uv_buf_init((char *)(uintptr_t)bytes, (unsigned)n);
        int done = uv_try_write((uv_stream_t *)&s->pipe, &buf, 1);
        if (done > 0) {
            bytes = (const char *)bytes + done;
            n -= (size_t)done;
        }
    }
    if (!n)
        return;
    struct write *w = mem_alloc(sizeof *w + n);
    memcpy(w->bytes, bytes, n);
    w->n = n;
    w->req.data = s;
    s->queued += n;
    uv_buf_t buf = uv_buf_init(w->bytes, (unsigned)n);
    int rc = uv_write(&w->req, (uv_stream_t *)&s->pipe, &buf, 1, on_written);
    if (rc < 0) {
        s->queued -= n;
        free(w);
        fail_later(s, rc);
    }
}

size_t stream_queued(const struct stream *s)
{
    return s->queued;
}

void stream_shut(struct stream *s)
{
    s->wants_shut = true;
    shut_if_due(s);
}

void stream_close(struct stream *s)
{
    if (s->closing)
        return;
    s->closing = true;
    uv_close((uv_handle_t *)&s->pipe, on_closed);
    if (s->has_late)
        uv_close((uv_handle_t *)&s->late, on_closed);
}
