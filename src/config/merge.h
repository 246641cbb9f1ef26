/* merge.h - profile, project and command line made one, row by row of the table in the
 * documentation ("Merging"). Pure: everything has been read, trust is decided. */
#ifndef CONFIG_MERGE_H
#define CONFIG_MERGE_H

#include <stdbool.h>

#include "base/error.h"
#include "config/resolved.h"

/* Fills claude_args, init, plugins, services, network, ports (declared ones) and bridge of *r from
 * its profile and its project, which may be emptied by it; `trust` is set. Adds warnings. */
bool merge(struct resolved *r, const struct strv *command_line_args, struct error *);

#endif
