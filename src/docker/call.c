/* call.c - see call.h. Stream callbacks store facts; step() decides. */
#include "docker/call.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/log.h"
#include "base/mem.h"
#include "docker/engine_error.h"
#include "docker/transport.h"
#include "loop/timing.h"

/* --- what the answer brings (from http_feed) --- */

static void on_head(void *user)
{
    struct call *c = user;
    c->status = c->http.status;
    c->answered = true;
    c->answered_at = uv_hrtime();
    op_kick(&c->op);
    op_tell(&c->op);
}

static void on_body(void *user, const char *bytes, size_t n)
{
    struct call *c = user;
    if (c->spec.bytes && call_is_ok(c))
        c->spec.bytes(c->spec.user, bytes, n);
    else if (!str_add(&c->body, bytes, n))
        error_set(&c->wrong, "the answer is larger than %zu bytes", c->body.max);
}

static void on_complete(void *user)
{
    struct call *c = user;
    c->complete = true;
}

static const struct http_events http_events = {on_head, on_body, on_complete};

/* --- what the connection brings --- */

static void on_bytes(void *user, const char *bytes, size_t n)
{
    struct call *c = user;
    size_t rest = n;
    if (!c->upgraded) {
        http_feed(&c->http, bytes, n, &rest, &c->wrong);
        c->upgraded = c->http.upgraded;
        if (!c->spec.stays_open && !c->upgraded && c->answered && !c->complete)
            op_deadline(&c->op, CALL_GAP);
    }
    /* Bytes that came with the header belong to the stream. */
    if (c->upgraded && rest)
        c->spec.bytes(c->spec.user, bytes + n - rest, rest);
    if (c->complete || error_is_set(&c->wrong))
        op_kick(&c->op);
}

static void on_end(void *user)
{
    struct call *c = user;
    c->at_end = true;
    http_finish(&c->http, &c->wrong);
    op_kick(&c->op);
    op_tell(&c->op);
}

static void on_broken(void *user, const char *why, int uv_error)
{
    struct call *c = user;
    c->broken = true;
    if (!c->sent) {
        c->connect_error = uv_error;
        engine_error_connect(&c->wrong, c->engine->endpoint.address, uv_error);
    } else if (!c->complete) {
        error_set(&c->wrong, "the connection to the engine broke: %s", why);
    }
    op_kick(&c->op);
    op_tell(&c->op);
}

static void on_drained(void *user)
{
    struct call *c = user;
    if (c->upgraded && c->spec.drained)
        c->spec.drained(c->spec.user);
}

static void on_closed(void *user)
{
    struct call *c = user;
    c->stream = NULL;
    op_drop(&c->op);
}

static const struct stream_events stream_events = {
    .bytes = on_bytes,
    .end = on_end,
    .broken = on_broken,
    .drained = on_drained,
    .closed = on_closed,
};

/* --- the op --- */

bool call_is_ok(const struct call *c)
{
    if ((c->status >= 200 && c->status < 300) || c->status == 304 || c->upgraded)
        return true;
    for (size_t i = 0; i < CALL_TOLERATED_MAX && c->spec.tolerated[i]; i++)
        if (c->spec.tolerated[i] == c->status)
            return true;
    return false;
}

static void send_request(struct call *c)
{
    cleanup_str struct str head = STR(LIMIT_HTTP_HEAD);
    const struct call_spec *spec = &c->spec;
    size_t n = spec->body ? strlen(spec->body) : 0;

    str_addf(&head, "%s ", spec->method);
    if (!spec->unversioned)
        str_addf(&head, "/v1.%d", c->engine->api);
    str_addf(&head, "%s HTTP/1.1\r\nHost: localhost\r\n", spec->path);
    if (spec->upgrade)
        str_addz(&head, "Connection: Upgrade\r\nUpgrade: tcp\r\n");
    if (spec->body)
        str_addz(&head, "Content-Type: application/json\r\n");
    if (spec->body || strcmp(spec->method, "POST") == 0)
        str_addf(&head, "Content-Length: %zu\r\n", n);
    str_addz(&head, "\r\n");
    assert(!head.full);
    c->sent = true;
    stream_write(c->stream, head.s, head.len);
    if (n)
        stream_write(c->stream, spec->body, n);
    stream_read(c->stream, true);
    op_deadline(&c->op, spec->head_ms);
}

/* Cancelled: what only reads is given up; what changes the engine goes on for a while. */
static void stop(struct op *op)
{
    struct call *c = (struct call *)op;
    if (c->spec.changes && call_is_unknown(c) && !op->timed_out)
        op_deadline(op, CALL_LAST_WORD);
}

static bool must_wait_for_answer(const struct call *c)
{
    return c->spec.changes && c->sent && !c->complete && !c->broken && !c->at_end &&
           !error_is_set(&c->wrong) && !c->op.timed_out;
}

/* Ids as people know them; no query, but for what a create is to be called. */
static void note_timing(const struct call *c)
{
    enum { ID = 64, SHORT_ID = 12 };
    cleanup_str struct str what = STR(LIMIT_FOREIGN_TEXT);
    const char *at = c->spec.path;
    if (!c->op.loop->timing)
        return;
    str_addf(&what, "%s ", c->spec.method);
    while (*at && (*at != '?' || text_starts(at, "?name="))) {
        size_t n = strspn(at, "0123456789abcdef");
        str_add_harmless(&what, at, n == ID ? SHORT_ID : n ? n : 1, LIMIT_FOREIGN_TEXT);
        at += n ? n : 1;
    }
    timing_leaf(&c->op, what.s, c->began, c->answered_at);
}

/* A refusal that is tolerated need not be JSON. */
static void read_answer(struct call *c)
{
    cleanup_error struct error why = {0};
    bool is_list = c->spec.tells == TELLS_LIST;
    if (c->spec.picks)
        c->json = json_pick(c->body.s, c->body.len, c->spec.picks);
    if (!c->json)
        c->json = json_parse_foreign(c->body.s, c->body.len, "answer", &why);
    if (is_list && json_is_null(c->json))
        c->json = json_array(); /* so Go writes an empty one */
    if (is_list ? !json_is_array(c->json) : !json_is_object(c->json))
        error_set(&why, "answer: not a JSON %s", is_list ? "list" : "object");
    if (error_is_set(&why) && c->status < 300)
        error_set(&c->op.err, "the engine's answer cannot be read: %s", why.text);
}

static void finish(struct call *c)
{
    if (!error_is_set(&c->op.err) && c->answered && !call_is_ok(c))
        engine_error_set(&c->op.err, c->status, c->body.s, c->body.len);
    if (c->complete && c->spec.tells && call_is_ok(c))
        read_answer(c);
    log_trace("%s %s -> %d (%llu ms)", c->spec.method, c->spec.path, c->status,
        (unsigned long long)((uv_hrtime() - c->began) / NS_PER_MS));
    note_timing(c);
    if (c->stream)
        stream_close(c->stream);
    op_finish(&c->op);
}

static void step(struct op *op)
{
    struct call *c = (struct call *)op;

    if (op_is_asked(op) && !must_wait_for_answer(c)) {
        finish(c);
        return;
    }
    if (c->complete) {
        finish(c);
    } else if (error_is_set(&c->wrong)) {
        error_copy(&op->err, &c->wrong);
        finish(c);
    } else if (c->upgraded) {
        op_deadline(op, NO_LIMIT);
        if (c->at_end)
            finish(c);
    } else if (c->answered && c->spec.stays_open) {
        op_deadline(op, NO_LIMIT);
    }
}

static void ended(struct op *op)
{
    struct call *c = (struct call *)op;
    error_clear(&c->wrong);
    free(c->spec.path);
    free(c->spec.body);
    c->spec.path = c->spec.body = NULL;
}

static const struct op_type call_type = {"call", step, stop, ended, NULL};

void call_begin(
    struct call *c, struct op *parent, const struct engine *engine, const struct call_spec *spec)
{
    call_release(c);
    op_begin(&c->op, &call_type, parent);
    c->engine = engine;
    c->spec = *spec;
    str_init(&c->body, spec->max_body ? spec->max_body : LIMIT_HTTP_ANSWER);
    http_init(&c->http, &http_events, c);
    c->http.is_head_request = strcmp(spec->method, "HEAD") == 0;
    c->http.wants_upgrade = spec->upgrade;
    c->began = uv_hrtime();
    c->stream = transport_open(&engine->endpoint, c->op.loop, &stream_events, c);
    op_hold(&c->op);
    if (stream_is_open(c->stream))
        send_request(c); /* at once: the engine works while we do other things */
}

void call_release(struct call *c)
{
    if (!c->op.type)
        return;
    http_release(&c->http);
    json_decref(c->json);
    str_release(&c->body);
    op_release(&c->op);
    *c = (struct call){0};
}
