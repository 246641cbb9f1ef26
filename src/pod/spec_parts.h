/* spec_parts.h - what the create requests of all our containers have in common. Each adds to a
 * request or its HostConfig, which must be there. */
#ifndef POD_SPEC_PARTS_H
#define POD_SPEC_PARTS_H

#include <jansson.h>
#include <stdbool.h>

#include "base/error.h"
#include "base/map.h"
#include "config/masks.h"
#include "config/ports.h"
#include "config/service.h"

enum { SPEC_PIDS_LIMIT = 4096 };

/* False where the engine cannot be told the source, which is not UTF-8. */
bool spec_bind(
    json_t *mounts, const char *source, const char *target, bool read_only, struct error *);

/* "NAME=value" each: NULL where one is not UTF-8; the error names it, its value may be a secret. */
json_t *spec_env_list(const struct map *, struct error *);

/* Empty read-only things over paths of the workspace; `empty_file` is an empty file on the host. */
bool spec_masks(json_t *mounts, const struct masks *, const char *workspace, const char *empty_file,
    struct error *);

/* ExposedPorts and PortBindings. */
void spec_ports(json_t *request, const struct ports *);

/* Memory, CPUs, and a pids limit: the default one where none is given. */
void spec_resources(json_t *host, const struct resources *);

#endif
