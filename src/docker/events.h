/* events.h - what happens on the engine, as it happens: GET /events as a background op.
 *
 *     events_begin(&up->events, &flow->op, engine, filters, &(struct events_spec){
 *         .opened = look_again, .event = on_event, .user = up });
 *
 * `opened` is called each time the engine has accepted: from here on nothing is missed, so what
 * has happened before may be looked up now. A stream that ends (the engine was restarted) is
 * opened again, without end, from where it was, and `opened` is called again: events are hints,
 * lists and inspects are the truth, and an event may be told twice. Both are called from the loop,
 * and must only note facts and kick. An engine that refuses the call is an error of the op. Ends
 * when asked to quit. */
#ifndef DOCKER_EVENTS_H
#define DOCKER_EVENTS_H

#include "docker/call.h"
#include "docker/json_stream.h"
#include "loop/pause.h"

enum { EVENTS_AGAIN = 250, EVENTS_AGAIN_MOST = 2 * SECOND };

struct events_spec {
    void (*opened)(void *user);                       /* may be NULL */
    void (*event)(void *user, const json_t *message); /* {"Type", "Action", "Actor", "timeNano"} */
    void *user;
};

struct events {
    struct op op;
    const struct engine *engine;
    struct events_spec spec;
    char *filters; /* escaped */
    struct call call;
    struct pause pause;
    struct json_stream stream;
    uint64_t again;  /* how long the next pause is */
    long long since; /* timeNano of the latest event, by the engine's clock; at first by ours */
    bool open;
};

/* `filters` as the API has them: {"type": ["container"], "label": ["ccpod.project=..."]}. */
void events_begin(struct events *, struct op *parent, const struct engine *, const json_t *filters,
    const struct events_spec *);
void events_release(struct events *);

/* The container (or other thing) an event is about, and an attribute of it (a label, "name",
 * "exitCode"); NULL where the engine does not tell. */
const char *event_id(const json_t *message);
const char *event_attribute(const json_t *message, const char *name);

#endif
