/* networks.h - the calls on networks that ccpod uses. Each begins a call (docker/call.h);
 * `network` is a name or an id, and only an id is sure to mean one: engines before Docker 25 make
 * a second network of a name when two ask at the same moment. */
#ifndef DOCKER_NETWORKS_H
#define DOCKER_NETWORKS_H

#include "docker/call.h"

/* GET /networks with filters ({"label": [...], "name": [...]}; NULL: all). The engine takes a name
 * as a part of one: compare it. */
void network_list(struct call *, struct op *parent, const struct engine *, const json_t *filters);

/* GET /networks/{network}, the containers on it included. Not there: status 404, no error. */
void network_inspect(struct call *, struct op *parent, const struct engine *, const char *network);

/* POST /networks/create. Refusals are no error of the op: network_create_failed() tells which. */
void network_create(struct call *, struct op *parent, const struct engine *, const json_t *spec);

enum network_refusal {
    NETWORK_CREATED,
    NETWORK_NAME_TAKEN,   /* look again: somebody has just made it */
    NETWORK_SUBNET_TAKEN, /* try another subnet */
    NETWORK_REFUSED,      /* *err says why */
};

enum network_refusal network_create_failed(const struct call *, struct error *);

/* DELETE /networks/{network}. Gone, or still in use (status 403, 409, or Podman's 500): no error
 * of the op. */
void network_remove(struct call *, struct op *parent, const struct engine *, const char *network);

#endif
