/* events.c - see events.h. */
#include "docker/events.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/log.h"
#include "base/mem.h"
#include "docker/query.h"

enum { NANO = 1000000000 };

/* The engine sends its header a moment before it listens: it is asked for what happened since the
 * last event (at first: since now), which it keeps for a while, so that the moment is covered.
 * Podman refuses parts of seconds, and keeps nothing. */
static char *path(const struct events *e)
{
    if (e->engine->is_podman)
        return mem_printf("/events?filters=%s", e->filters);
    return mem_printf(
        "/events?since=%lld.%09lld&filters=%s", e->since / NANO, e->since % NANO, e->filters);
}

static void on_object(void *user, const json_t *message)
{
    struct events *e = user;
    e->since = json_int_at(message, "timeNano", e->since);
    e->spec.event(e->spec.user, message);
}

static void on_bytes(void *user, const char *bytes, size_t n)
{
    struct events *e = user;
    cleanup_error struct error why = {0};
    if (json_stream_feed(&e->stream, bytes, n, &why))
        return;
    log_detail("the engine's events cannot be read: %s", why.text);
    op_quit(&e->call.op);
}

static void listen_again(struct events *e)
{
    json_stream_release(&e->stream);
    json_stream_init(&e->stream, on_object, e);
    call_begin(&e->call, &e->op, e->engine,
        &(struct call_spec){.method = "GET",
            .path = path(e),
            .head_ms = 30 * SECOND,
            .stays_open = true,
            .bytes = on_bytes,
            .user = e});
}

static void opened(struct events *e)
{
    e->open = true;
    e->again = EVENTS_AGAIN;
    if (e->spec.opened)
        e->spec.opened(e->spec.user);
    op_tell(&e->op);
}

/* The connection has ended: the engine has refused, or it has gone and comes back. */
static void closed(struct events *e)
{
    e->open = false;
    if (e->call.answered && !call_is_ok(&e->call)) {
        error_copy(&e->op.err, &e->call.op.err);
        error_wrap(&e->op.err, "listen to the engine's events");
        op_finish(&e->op);
        return;
    }
    log_detail("the engine's events have ended; listening again");
    pause_begin(&e->pause, &e->op, e->again);
    e->again = e->again * 2 < EVENTS_AGAIN_MOST ? e->again * 2 : EVENTS_AGAIN_MOST;
}

static void step(struct op *op)
{
    struct events *e = (struct events *)op;

    if (op_is_asked(op)) {
        if (!op->children)
            op_finish(op);
    } else if (op_is_alive(&e->call.op)) {
        if (e->call.answered && call_is_ok(&e->call) && !e->open)
            opened(e);
    } else if (!op->children && e->pause.over) {
        e->pause.over = false;
        listen_again(e);
    } else if (!op->children) {
        closed(e);
    }
}

/* Only step() judges how a connection ended. */
static const struct op_type events_type = {
    "events", step, op_quit_children, NULL, op_kick_by_child};

void events_begin(struct events *e, struct op *parent, const struct engine *engine,
    const json_t *filters, const struct events_spec *spec)
{
    struct timespec now;
    events_release(e);
    op_begin(&e->op, &events_type, parent);
    e->op.background = true;
    e->engine = engine;
    e->spec = *spec;
    e->filters = query_json(filters);
    e->again = EVENTS_AGAIN;
    clock_gettime(CLOCK_REALTIME, &now);
    e->since = (long long)now.tv_sec * NANO + now.tv_nsec;
    listen_again(e);
}

void events_release(struct events *e)
{
    call_release(&e->call);
    json_stream_release(&e->stream);
    free(e->filters);
    if (e->op.type)
        op_release(&e->op);
    *e = (struct events){0};
}

const char *event_id(const json_t *message)
{
    return json_text_at(message, "Actor.ID");
}

const char *event_attribute(const json_t *message, const char *name)
{
    /* Names of labels have dots in them: no path of keys. */
    return json_string_value(json_object_get(json_at(message, "Actor.Attributes"), name));
}
