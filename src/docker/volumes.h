/* volumes.h - the calls on volumes that ccpod uses. */
#ifndef DOCKER_VOLUMES_H
#define DOCKER_VOLUMES_H

#include "docker/call.h"

/* POST /volumes/create with a create request. One that exists is success, as it is. */
void volume_create(struct call *, struct op *parent, const struct engine *, const json_t *spec);

/* GET /volumes/{name}; none of this name: no error, status 404. */
void volume_inspect(struct call *, struct op *parent, const struct engine *, const char *name);

/* GET /volumes with filters ({"label": [...]}): {"Volumes": [{"Name", "Labels"}] or null}. */
void volume_list(struct call *, struct op *parent, const struct engine *, const json_t *filters);

/* DELETE /volumes/{name}. Gone already: no error; one that is in use is one (status 409). */
void volume_remove(struct call *, struct op *parent, const struct engine *, const char *name);

#endif
