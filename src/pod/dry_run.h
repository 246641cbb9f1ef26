/* dry_run.h - what a run would create, without creating it: every create request, made by the same
 * functions as a run's, in the order in which they would be sent. Nothing is written, and no engine
 * is asked.
 *
 * It is the run of a project of which nothing is there yet, on an engine with the usual settings
 * (not rootless, no user namespaces, log driver `local`). Where a run has what only the engine can
 * tell, here stands what is known without it: the image as it is named, not its id, and nothing of
 * what it says; names of network and namespace holder, not their ids; no subnet; an empty
 * configuration hash. Nor is Git asked for the user's name. */
#ifndef POD_DRY_RUN_H
#define POD_DRY_RUN_H

#include <jansson.h>

#include "pod/run.h"

/* An array of { "path", "name", "request" }, the main container's last; `path` is the API's, as
 * "/containers/create". Not masked yet. A new reference; NULL with the error. */
json_t *dry_run(const struct run_options *, struct error *);

#endif
