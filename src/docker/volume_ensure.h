/* volume_ensure.h - a volume that is there afterwards, and the labels it really has.
 *
 * A create request alone would do for the first: one that exists is success. But an engine that
 * has been started again answers it without the labels (Docker 20.10, until something else has
 * looked at the volume), as if the volume were nobody's. So it is looked at first. */
#ifndef DOCKER_VOLUME_ENSURE_H
#define DOCKER_VOLUME_ENSURE_H

#include "docker/volumes.h"
#include "loop/flow.h"

struct volume_ensure {
    struct flow flow;
    const struct engine *engine;
    json_t *spec; /* owned */
    struct call look, create;
};

/* `spec`: the create request, with its "Name"; taken over. */
void volume_ensure_begin(
    struct volume_ensure *, struct op *parent, const struct engine *, json_t *spec);

/* A label of the volume, once the flow has ended; NULL: it has none of this name. */
const char *volume_ensure_label(const struct volume_ensure *, const char *name);

/* Releases what an ended one holds; one that never began may be released too. */
void volume_ensure_release(struct volume_ensure *);

#endif
