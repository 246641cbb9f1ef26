/* dry_run.h - what a run would create, without creating it: looks at the engine and the image,
 * and makes the same create request as a run would. Nothing is written, here or there. */
#ifndef POD_DRY_RUN_H
#define POD_DRY_RUN_H

#include <jansson.h>

#include "pod/run.h"

/* An array of { "name", "request" }; a new reference, NULL with the error. */
json_t *dry_run(const struct run_options *, struct error *);

#endif
