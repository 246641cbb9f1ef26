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
    struct strv exec; /* the words to run there */
    char *workdir;    /* NULL: none */
    struct map paths; /* ours -> theirs, whole path segments */
};

struct bridge_map {
    int version;             /* an index: 0 is "1", the only one */
    char *default_container; /* NULL: none */
    struct map containers;   /* logical name -> container or service */
    struct bridge_command *commands;
    size_t n;
};

extern const struct setting bridge_settings[]; /* for struct bridge_map */

/* `bridge:` as a custom setting: absent, or a whole map. */
void bridge_read(struct schema *, const struct node *, void *bridge_map);
json_t *bridge_write(const void *bridge_map);

/* Adds what `from` has, which is empty afterwards; a command or name of the same key is replaced.
 */
void bridge_map_lay(struct bridge_map *, struct bridge_map *from);

void bridge_map_release(struct bridge_map *);

#endif
