/* leftover.h - makes room for a container whose name is taken.
 *
 * What holds the name is ours only if its labels say so: a foreign container (another user's,
 * another program's) is an error that names it. A session of ours that runs is one, too. What is
 * left of an earlier run - ended, dead, half made - is salvaged first and removed second. */
#ifndef POD_LEFTOVER_H
#define POD_LEFTOVER_H

#include "docker/containers.h"
#include "pod/salvage.h"

struct leftover {
    struct flow flow;
    const struct engine *engine;
    const struct ccpod_home *home;
    const char *profile, *name;
    struct call inspect, removal;
    struct salvage salvage;
    char *id, *out_dir;
};

void leftover_begin(struct leftover *, struct op *parent, const struct engine *,
    const struct ccpod_home *, const char *profile, const char *name);
void leftover_release(struct leftover *);

#endif
