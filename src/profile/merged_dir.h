/* merged_dir.h - the merged config dir: what of Claude's configuration goes into the container,
 * as one tree that is mounted read-only at /ccpod/config.
 *
 * It lies at <home>/run/config/<SHA-256 over its content>: the same content has the same path, is
 * written once, and is put in place by an atomic rename, so runs that write the same one at once
 * do not disturb each other. The parent is private; a parent or target that is a link or another
 * user's is refused. Directories are 0700, files 0600, or 0700 where they were executable. There
 * is always a settings.json in it, so that an empty mount can be told from an empty profile. */
#ifndef PROFILE_MERGED_DIR_H
#define PROFILE_MERGED_DIR_H

#include <stdbool.h>

#include "base/error.h"
#include "config/home.h"
#include "config/resolved.h"

/* After resolve_assets(). The path is the caller's to free. */
bool merged_dir_write(
    const struct ccpod_home *, const struct resolved *, char **ret_path, struct error *);

/* Removes merged config dirs that nothing has asked for in `keep_seconds` and that are not in
 * `used` (paths that containers have mounted). Trouble is not reported: the next run tries again.
 */
void merged_dir_sweep(const struct ccpod_home *, const struct strv *used, long long keep_seconds);

#endif
