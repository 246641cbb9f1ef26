/* labels.h - the labels of what ccpod makes on an engine: whose it is, of which pod, and what for
 * (config/names.h has their names). */
#ifndef POD_LABELS_H
#define POD_LABELS_H

#include <jansson.h>

#include "config/resolved.h"

/* What the labels of a container say besides. No text is NULL. */
struct container_labels {
    const char *type; /* "main", "ns", or the service */
    const char *role, *session, *lease;
    const char *config; /* hash of the request; "" where it is not compared */
    const char *image;  /* as the user names it */
};

/* Of a network or a volume; a new reference. */
json_t *labels_of_thing(const struct resolved *, const char *type);

/* Of a container; a new reference. All there are, each time: the image's own are inherited and may
 * pretend. */
json_t *labels_of_container(const struct resolved *, const struct container_labels *);

#endif
