/* leftover.h - what to do about a container that has the name we want.
 *
 * It is ours only if its labels say so: a foreign one (another user's, another program's) is an
 * error that names it. One of ours that runs is found (`running`): the caller attaches to it. One
 * that another living ccpod is starting or ending right now is waited for. What is left of an
 * earlier run - ended, dead, half made - is salvaged first and removed second, unless it waits for
 * its user (ROLE_DETACHED, ROLE_KEPT): then the error says what to do. */
#ifndef POD_LEFTOVER_H
#define POD_LEFTOVER_H

#include "docker/containers.h"
#include "loop/pause.h"
#include "pod/salvage.h"

struct leftover {
    struct flow flow;
    const struct engine *engine;
    const struct ccpod_home *home;
    const char *profile, *name;
    struct call inspect, removal;
    struct pause pause;
    struct salvage salvage;
    bool looked;        /* the inspect that has ended was judged */
    bool running;       /* it runs, and is ours */
    bool terminal;      /* ... and has a terminal */
    char *id, *out_dir; /* of what was found; NULL: nothing, or no run directory of ours */
};

void leftover_begin(struct leftover *, struct op *parent, const struct engine *,
    const struct ccpod_home *, const char *profile, const char *name);
void leftover_release(struct leftover *);

/* A label of a container, by its inspect answer; "": it has none of that name. */
const char *leftover_label(const json_t *container, const char *name);

/* Where a container's run directory hands out, by its inspect answer; NULL: nowhere, or not in a
 * run directory of ours. The caller's to free. */
char *leftover_out_dir(const json_t *container, const struct ccpod_home *);

#endif
