/* call.h - one request to the engine and its answer, as an op.
 *
 * Each call has a connection of its own (a unix connection costs 0.1 ms, a stale one in a pool
 * costs a retry). Deadlines per phase: head of the answer, gaps in the body; a
 * unix socket is connected at once or not at all.
 *
 *     call_begin(&run->call, &flow->op, engine, &(struct call_spec){
 *         .method = "POST", .path = mem_printf("/containers/%s/start", id), .head_ms = 60 * SECOND,
 *         .changes = true });
 *     // when the op has ended: run->call.status, run->call.json; an error is in op.err
 *
 * Where the answer `tells` something, one that is not that is an error as well: taken for an empty
 * one it would say that nothing is there.
 *
 * A status of 400 and above is an error of the op unless it is among `tolerated`; the text is the
 * engine's. The engine carries a call out even if we go away in the middle (tried: a create whose
 * connection is closed at once still happens, later). So a call that `changes` something is not
 * given up when it is cancelled: it goes on to its answer for CALL_LAST_WORD at most; `sent`
 * without `answered` then means that its effect is unknown and still to come. */
#ifndef DOCKER_CALL_H
#define DOCKER_CALL_H

#include "base/json.h"
#include "base/str.h"
#include "docker/engine.h"
#include "docker/http.h"
#include "docker/json_pick.h"
#include "loop/op.h"
#include "loop/stream.h"

enum { CALL_TOLERATED_MAX = 4, CALL_LAST_WORD = 5 * SECOND, CALL_GAP = 30 * SECOND };

struct call;

/* Which JSON its answer is. */
enum call_tells { TELLS_NOTHING, TELLS_OBJECT, TELLS_LIST };

struct call_spec {
    const char *method;
    char *path;       /* behind the version; taken over */
    char *body;       /* JSON, taken over; NULL: none */
    uint64_t head_ms; /* until the answer's head; NO_LIMIT: waits */
    bool changes;     /* see above */
    bool unversioned;
    bool upgrade;    /* asks for a raw stream (hijack) */
    bool stays_open; /* the body may take its time: no limit on gaps */
    size_t max_body; /* 0: LIMIT_HTTP_ANSWER */
    int tolerated[CALL_TOLERATED_MAX];
    enum call_tells tells;         /* what its answer is, which then goes to call.json */
    const struct json_pick *picks; /* what of a JSON array is kept; NULL: all */
    /* Takes the body (or the raw stream's bytes) instead of keeping it. */
    void (*bytes)(void *user, const char *bytes, size_t n);
    /* All that was written to the raw stream has left. */
    void (*drained)(void *user);
    void *user;
};

struct call {
    struct op op;
    const struct engine *engine;
    struct call_spec spec;
    struct stream *stream;
    struct http http;
    struct str body;
    json_t *json;                /* what it tells, once the op has ended; owned */
    int status;                  /* 0: none yet */
    uint64_t began, answered_at; /* nanoseconds of uv_hrtime(); 0: not yet */
    struct error wrong;          /* of the answer itself */
    int connect_error;           /* UV_E..., where the connection could not be made */
    bool sent;
    bool answered; /* the head is here: the engine has accepted or refused */
    bool complete; /* and the body */
    bool upgraded; /* the raw stream has begun */
    bool at_end;   /* the peer sends no more */
    bool broken;
};

void call_begin(struct call *, struct op *parent, const struct engine *, const struct call_spec *);

/* Does the status count as success? (2xx, 304 and what is tolerated.) */
bool call_is_ok(const struct call *);

/* Was it sent, without an answer? Then what it does may still happen. */
static inline bool call_is_unknown(const struct call *call)
{
    return call->sent && !call->answered;
}

/* Releases what an ended call holds. A call that never began may be released too. */
void call_release(struct call *);

#endif
