/* volumes.h - the calls on volumes that ccpod uses. */
#ifndef DOCKER_VOLUMES_H
#define DOCKER_VOLUMES_H

#include "docker/call.h"

/* POST /volumes/create with labels (a JSON object). One that exists is success, as it is. */
void volume_create(struct call *, struct op *parent, const struct engine *, const char *name,
    const json_t *labels);

#endif
