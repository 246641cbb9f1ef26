/* volumes.h - a service's volumes: "name:/path[:options]", "/path" (anonymous), and, where host
 * paths are allowed, "./x", "~/x" and "/x" in place of the name. */
#ifndef CONFIG_VOLUMES_H
#define CONFIG_VOLUMES_H

#include <stdbool.h>
#include <stddef.h>

#include "config/schema.h"

enum volume_kind { VOLUME_NAMED, VOLUME_ANONYMOUS, VOLUME_HOST };

struct volume {
    enum volume_kind kind;
    char *source;  /* name, or host path (absolute once resolved); NULL: anonymous */
    char *target;  /* absolute */
    char *options; /* "ro,nocopy" as written, checked; "" if none */
    bool read_only;
};

struct volumes {
    struct volume *items;
    size_t n;
};

bool volume_parse(const char *text, struct volume *ret, char **ret_why);

/* What holds for a project's volumes unless the profile allows host mounts: named ones only, not
 * those that hold a profile's plugins. */
bool volume_confine(const struct volume *, char **ret_why);

/* Makes the host path absolute: "./x" against the project, "~/x" against the home directory. */
void volume_locate(struct volume *, const char *project_dir);

void volume_release(struct volume *);
void volumes_release(struct volumes *);

/* A list of specifications into struct volumes, and back: for tables of settings. */
void volumes_read(struct schema *, const struct node *, void *volumes);
json_t *volumes_write(const void *volumes);

#endif
