/* stopper.h - ends a running container: a signal, time to obey it, SIGKILL.
 *
 * That it has ended is the owner's to see (its wait call); the owner kicks the stopper then.
 * `hurry` cuts the patience short: a second signal came. */
#ifndef POD_STOPPER_H
#define POD_STOPPER_H

#include "docker/containers.h"
#include "loop/flow.h"
#include "loop/pause.h"

enum {
    STOPPER_GRACE = 10 * SECOND,
    STOPPER_NEWS = 2 * SECOND, /* for word of the end of one that has run unnoticed */
};

struct stopper {
    struct flow flow;
    const struct engine *engine;
    const char *id, *signal;
    bool has_run;     /* it certainly has; else it may not even have been started */
    const bool *over; /* the container has ended */
    bool hurry;
    bool killed; /* it had to be SIGKILL */
    struct call call;
    struct pause grace;
};

void stopper_begin(struct stopper *, struct op *parent, const struct engine *, const char *id,
    const char *signal, bool has_run, const bool *over);
void stopper_hurry(struct stopper *);
void stopper_release(struct stopper *);

#endif
