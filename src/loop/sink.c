/* sink.c - see sink.h. Bytes that wait lie in the spool first, then in memory: whatever is in
 * the spool is older. While the spool is in use, new bytes go there directly. */
#include "loop/sink.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/limits.h"
#include "base/log.h"
#include "base/mem.h"
#include "loop/loop.h"

static void set_flow(struct sink *s, bool on)
{
    if (s->stopped != on)
        return;
    s->stopped = !on;
    s->flow(s->user, on);
}

static size_t in_memory(const struct sink *s)
{
    return s->memory.len - s->head;
}

bool sink_is_behind(const struct sink *s)
{
    return in_memory(s) || s->spool_in > s->spool_out;
}

static void give_up(struct sink *s, int why)
{
    s->dropped += in_memory(s) + (s->spool_in - s->spool_out);
    str_clear(&s->memory);
    s->head = 0;
    s->spool_out = s->spool_in;
    s->broken = why;
    set_flow(s, true); /* the producer's bytes are dropped from now on: it must not hang */
    op_kick(&s->op);
    op_tell(&s->op);
}

/* Writes what the descriptor takes; the number of bytes, -1 when it is broken. */
static ssize_t push(struct sink *s, const char *bytes, size_t n)
{
    size_t done = 0;
    while (done < n) {
        ssize_t rc = fd_write(&s->fd, bytes + done, n - done);
        if (rc < 0 && errno == EINTR)
            continue;
        if (rc < 0 && errno == EAGAIN)
            break;
        if (rc < 0) {
            give_up(s, errno);
            return -1;
        }
        done += (size_t)rc;
    }
    return (ssize_t)done;
}

/* Writes from the spool; true when it is used up. */
static bool drain_spool(struct sink *s)
{
    char *chunk = s->op.loop->chunk;
    while (s->spool_out < s->spool_in) {
        uint64_t left = s->spool_in - s->spool_out;
        size_t want = left < LIMIT_READ_CHUNK ? (size_t)left : LIMIT_READ_CHUNK;
        ssize_t got = pread(s->spool, chunk, want, (off_t)s->spool_out);
        if (got <= 0) {
            give_up(s, got < 0 ? errno : EIO);
            return false;
        }
        ssize_t done = push(s, chunk, (size_t)got);
        if (done < 0)
            return false;
        s->spool_out += (uint64_t)done;
        if (done < got)
            return false;
    }
    if (s->spool >= 0 && s->spool_in) {
        s->spool_in = s->spool_out = 0;
        s->full = false;
        if (ftruncate(s->spool, 0) < 0)
            log_detail("empty the spool file: %s", strerror(errno));
    }
    return true;
}

static bool drain_memory(struct sink *s)
{
    if (!in_memory(s))
        return true;
    ssize_t done = push(s, s->memory.s + s->head, in_memory(s));
    if (done < 0)
        return false;
    s->head += (size_t)done;
    if (in_memory(s))
        return false;
    str_clear(&s->memory);
    s->head = 0;
    return true;
}

static void on_writable(uv_poll_t *handle, int status, int events)
{
    struct sink *s = handle->data;
    (void)events;
    (void)status; /* an error shows when we write */
    if (!drain_spool(s) || !drain_memory(s)) {
        if (s->broken)
            uv_poll_stop(handle);
        return;
    }
    uv_poll_stop(handle);
    uv_timer_stop(&s->patience);
    set_flow(s, true);
    op_kick(&s->op);
}

static bool open_spool(struct sink *s)
{
    const char *dir = getenv("TMPDIR");
    if (s->spool >= 0)
        return true;
    cleanup_free char *path = mem_printf("%s/ccpod-spool.XXXXXX", dir && *dir ? dir : "/tmp");
    s->spool = mkostemp(path, O_CLOEXEC);
    if (s->spool >= 0)
        unlink(path);
    return s->spool >= 0;
}

/* Puts bytes into the spool; false, and the producer is stopped, where the disk is short. */
static bool to_spool(struct sink *s, const char *bytes, size_t n)
{
    while (n) {
        ssize_t done = pwrite(s->spool, bytes, n, (off_t)s->spool_in);
        if (done < 0 && errno == EINTR)
            continue;
        if (done <= 0) {
            if (!s->full)
                log_warn("no room for output that is waiting for its reader (%s): the run waits",
                    strerror(errno));
            s->full = true;
            return false;
        }
        bytes += done;
        n -= (size_t)done;
        s->spool_in += (uint64_t)done;
    }
    return true;
}

/* The reader has been slow for too long: what waits goes to disk and the producer goes on. */
static void on_patience(uv_timer_t *timer)
{
    struct sink *s = timer->data;
    if (!in_memory(s) || s->broken)
        return;
    if (!open_spool(s)) {
        log_warn("make a file for output that is waiting for its reader: %s", strerror(errno));
        return;
    }
    uint64_t before = s->spool_in;
    if (!to_spool(s, s->memory.s + s->head, in_memory(s))) {
        s->head += (size_t)(s->spool_in - before);
        return;
    }
    str_clear(&s->memory);
    s->head = 0;
    set_flow(s, true);
}

static void wait_for_reader(struct sink *s)
{
    if (s->polls)
        uv_poll_start(&s->poll, UV_WRITABLE, on_writable);
    if (in_memory(s) >= SINK_MEMORY) {
        set_flow(s, false);
        if (!uv_is_active((uv_handle_t *)&s->patience))
            uv_timer_start(&s->patience, on_patience, SINK_PATIENCE, 0);
    }
}

void sink_write(struct sink *s, const void *bytes, size_t n)
{
    if (s->broken || s->closing) {
        s->dropped += n;
        return;
    }
    if (s->spool_in > s->spool_out && !s->full && !in_memory(s)) {
        uint64_t before = s->spool_in;
        if (to_spool(s, bytes, n))
            return;
        bytes = (const char *)bytes + (s->spool_in - before);
        n -= (size_t)(s->spool_in - before);
    } else if (!sink_is_behind(s)) {
        ssize_t done = push(s, bytes, n);
        if (done < 0) {
            s->dropped += n;
            return;
        }
        bytes = (const char *)bytes + done;
        n -= (size_t)done;
    }
    if (!n)
        return;
    if (s->head) {
        str_cut(&s->memory, 0, s->head);
        s->head = 0;
    }
    /* The producer stops at SINK_MEMORY; one read of it may be on its way. */
    bool fits = str_add(&s->memory, bytes, n);
    assert(fits);
    (void)fits;
    wait_for_reader(s);
}

static void step(struct op *op)
{
    struct sink *s = (struct sink *)op;
    if (op_is_asked(op) && sink_is_behind(s))
        give_up(s, ECANCELED);
    if (!op_is_asked(op) && !s->broken && (!s->ending || sink_is_behind(s)))
        return;
    if (!s->ending && !op_is_asked(op))
        return; /* broken: the owner decides when it is over */
    if (s->closing)
        return;
    s->closing = true;
    if (s->polls)
        uv_close((uv_handle_t *)&s->poll, op_on_handle_closed);
    uv_close((uv_handle_t *)&s->patience, op_on_handle_closed);
    op_finish(op);
}

static void ended(struct op *op)
{
    struct sink *s = (struct sink *)op;
    fd_close(&s->fd);
    if (s->spool >= 0)
        close(s->spool);
    s->spool = -1;
    str_release(&s->memory);
}

static const struct op_type sink_type = {"output", step, NULL, ended, NULL};

void sink_begin(
    struct sink *s, struct op *parent, int fd, void (*flow)(void *user, bool on), void *user)
{
    op_begin(&s->op, &sink_type, parent);
    s->op.background = true;
    fd_open(&s->fd, fd, O_WRONLY);
    s->flow = flow;
    s->user = user;
    str_init(&s->memory, SINK_MEMORY + 2 * LIMIT_READ_CHUNK);
    s->head = 0;
    s->spool = -1;
    s->spool_in = s->spool_out = s->dropped = 0;
    s->stopped = s->full = s->ending = s->closing = false;
    s->broken = 0;
    s->polls = fd_poll_init(&s->fd, op_uv(&s->op), &s->poll);
    uv_timer_init(op_uv(&s->op), &s->patience);
    s->poll.data = s->patience.data = s;
    op_hold(&s->op);
    if (s->polls)
        op_hold(&s->op);
}

void sink_end(struct sink *s)
{
    s->ending = true;
    op_kick(&s->op);
}
