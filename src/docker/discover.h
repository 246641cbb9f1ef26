/* discover.h - finds the engine: asks all candidates at once (/_ping, which has no version), takes
 * the first in their order that answers, and agrees on the API version.
 *
 * A socket file that nobody serves costs nothing, one that hangs costs DISCOVER_PATIENCE where
 * there are others, DISCOVER_EXPLICIT where it is the user's choice. Without an engine the error
 * lists every place that was tried and why it failed. */
#ifndef DOCKER_DISCOVER_H
#define DOCKER_DISCOVER_H

#include "docker/call.h"
#include "loop/flow.h"

enum { DISCOVER_MAX = 12, DISCOVER_PATIENCE = 2 * SECOND, DISCOVER_EXPLICIT = 5 * SECOND };

/* One candidate that is being asked: HEAD, then GET where HEAD did not work. */
struct ping {
    struct flow flow;
    struct engine engine; /* the candidate, as if it were chosen */
    struct call call;
    uint64_t patience;
    struct str body;
    char api[32]; /* what it says of itself */
    bool is_engine, is_podman;
};

struct discover {
    struct flow flow;
    struct endpoints candidates;
    struct ping pings[DISCOVER_MAX];
    bool asked; /* all of them */
    struct engine *ret;
};

/* Fills *ret when the op ends without an error. `host`: --host, or NULL. */
void discover_begin(struct discover *, struct op *parent, const char *host, struct engine *ret);
void discover_release(struct discover *);

/* Have all been asked? The parent is told: it may do work of its own until the answers come. */
bool discover_has_asked(const struct discover *);

#endif
