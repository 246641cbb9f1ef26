/* rest.c - see rest.h. */
#include "pod/rest.h"

#include <string.h>

static struct rest_stream *stream_of(struct rest *r, enum frames_stream stream)
{
    return &r->streams[stream == FRAMES_STDOUT ? 0 : 1];
}

void rest_note(struct rest *r, enum frames_stream stream, const char *bytes, size_t n)
{
    struct rest_stream *s = stream_of(r, stream);
    size_t skipped = n > REST_MARK ? n - REST_MARK : 0;
    s->given += skipped;
    for (size_t i = skipped; i < n; i++)
        s->last[s->given++ % REST_MARK] = bytes[i];
}

void rest_flow(struct rest *r, bool on)
{
    r->stopped = !on;
    if (r->call.stream)
        stream_read(r->call.stream, on);
    if (on && op_is_alive(&r->op))
        op_kick(&r->op);
}

/* --- reading the log --- */

/* Is what is skipped what was given? Told by its last bytes. */
static bool is_same(const struct rest_stream *s, const char *bytes, size_t n)
{
    uint64_t kept_from = s->given > REST_MARK ? s->given - REST_MARK : 0;
    size_t i = s->at < kept_from ? (size_t)(kept_from - s->at) : 0;
    for (; i < n; i++)
        if (s->last[(s->at + i) % REST_MARK] != bytes[i])
            return false;
    return true;
}

static void on_frame(void *user, enum frames_stream stream, const char *bytes, size_t n)
{
    struct rest *r = user;
    struct rest_stream *s = stream_of(r, stream);
    uint64_t behind = s->given - s->at;
    size_t known = n < behind ? n : (size_t)behind;

    if (r->differs)
        return;
    if (!is_same(s, bytes, known)) {
        r->differs = true;
        op_kick(&r->op);
        return;
    }
    s->at += n;
    if (n == known)
        return;
    r->found = true;
    r->give(r->user, stream, bytes + known, n - known); /* and is told to us: `given` follows */
}

static void on_bytes(void *user, const char *bytes, size_t n)
{
    struct rest *r = user;
    if (!frames_feed(&r->frames, bytes, n)) {
        r->differs = true;
        op_kick(&r->op);
    }
}

static void read_log(struct rest *r)
{
    for (size_t i = 0; i < REST_STREAMS; i++)
        r->streams[i].at = 0;
    r->complete = *r->over;
    r->frames = (struct frames){.payload = on_frame, .user = r};
    logs_begin(&r->call, &r->op, r->engine,
        &(struct logs_spec){
            .name = r->id, .follow = !r->complete, .tail = -1, .bytes = on_bytes, .user = r});
}

/* Looks at a reading that has ended: was it the last? */
static bool is_through(struct rest *r)
{
    if (!op_is_done(&r->call.op)) {
        r->differs |= r->call.status >= 400; /* no log of this container can be read */
        return r->differs;
    }
    for (size_t i = 0; r->complete && i < REST_STREAMS; i++)
        r->differs |= r->streams[i].at < r->streams[i].given;
    return r->complete;
}

static void step(struct op *op)
{
    struct rest *r = (struct rest *)op;
    if (r->differs && op_is_alive(&r->call.op))
        op_quit(&r->call.op);
    if (op->children)
        return;
    if (op_is_asked(op) || r->differs || (r->call.op.ended && is_through(r))) {
        op_finish(op);
    } else if (r->call.op.ended) {
        call_release(&r->call);
        pause_begin(&r->pause, op, REST_AGAIN);
    } else if (!r->stopped) {
        read_log(r);
    }
}

/* That the engine does not answer is no error here, but a reason to ask again. */
static const struct op_type rest_type = {"rest", step, op_quit_children, NULL, op_kick_by_child};

void rest_begin(struct rest *r, struct op *parent, const struct engine *engine, const char *id,
    const bool *over, void (*give)(void *user, enum frames_stream, const char *bytes, size_t n),
    void *user)
{
    op_begin(&r->op, &rest_type, parent);
    r->op.background = true;
    r->op.quiet = true;
    r->engine = engine;
    r->id = id;
    r->over = over;
    r->give = give;
    r->user = user;
}

void rest_release(struct rest *r)
{
    call_release(&r->call);
    if (r->op.type)
        op_release(&r->op);
}
