/* masks.h - paths of the workspace that look empty from inside (workspace.mask). */
#ifndef CONFIG_MASKS_H
#define CONFIG_MASKS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "base/str.h"

/* One path that an empty read-only file or directory is mounted over. */
struct mask {
    char *path; /* relative to the project; it exists, and there is no link on the way */
    bool is_dir;
};

struct masks {
    struct mask *items;
    size_t n;
};

/* Adds those of `paths` that exist. A link on the way is an error where a project asks
 * (`strict`), else a warning; a path that is not there is not made. */
bool masks_add(struct masks *, const char *project_dir, const struct strv *paths, bool strict,
    struct strv *warnings, struct error *);

/* Does `path` (relative to the project, links resolved) look empty from inside? */
bool masks_hide(const struct masks *, const char *path);

void masks_release(struct masks *);

#endif
