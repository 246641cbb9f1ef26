/* sidecar_spec.h - from a service of the config to the create request of its container, and the
 * hash that tells whether a container that is there was made from the same. Pure but for the
 * check that host paths exist. */
#ifndef POD_SIDECAR_SPEC_H
#define POD_SIDECAR_SPEC_H

#include "pod/pod.h"

/* The request without labels and network, which say nothing of the service; a new reference.
 * `image` is the image's inspect answer, `empty_file` an empty file for masked paths. False where a
 * host path is missing. */
bool sidecar_spec(const struct pod *, const struct service *, const json_t *image,
    const char *empty_file, json_t **ret, struct error *);

/* The create request of a named volume of the service; a new reference. */
json_t *sidecar_volume_spec(const struct pod *, const struct service *, const struct volume *);

/* SHA-256 of a request, without labels, names on a network, and what depends on the host's or the
 * engine's settings. The request names its image by id, so a tag that has moved on makes another
 * hash; so does the network, where it stands in the request already. */
void sidecar_spec_hash(const json_t *request, char ret[static HASH_HEX + 1]);

/* Is there a test of its health, its own or the image's? */
bool sidecar_has_health(const struct service *, const json_t *image);

#endif
