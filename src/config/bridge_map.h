/* bridge_map.h - which command runs in which container: `bridge:` of either file, and the same
 * map in bridge.yaml. */
#ifndef CONFIG_BRIDGE_MAP_H
#define CONFIG_BRIDGE_MAP_H

#include <stdbool.h>
#include <stddef.h>

#include "base/map.h"
#include "base/str.h"
#include "config/schema.h"

struct bridge_command {
    char *name;
    char *container;  /* a service, or a logical name */
    struct strv exec; /* the words to run there; empty: the command's own name */
    char *workdir;    /* NULL: none */
    struct map paths; /* ours -> theirs, whole path segments */
};

struct bridge_map {
    char *default_container; /* NULL: none */
    struct map containers;   /* logical name -> container or service */
    struct bridge_command *commands;
    size_t n;
};

extern const struct setting bridge_settings[]; /* for struct bridge_map */

void bridge_map_release(struct bridge_map *);

#endif
