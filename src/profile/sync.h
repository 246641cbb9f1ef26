/* sync.h - a profile's git source brought up to date.
 *
 * The remote is asked for its newest commit; if the clone has it, that is all. Else a new clone is
 * made beside it (shallow where the remote can) and put in its place.
 *
 * Where the remote cannot be reached and there is a clone of the same repository and ref, that is
 * no failure but a warning; without one it is a failure. A signal ends it with an error in either
 * case, and what was half made is removed. */
#ifndef PROFILE_SYNC_H
#define PROFILE_SYNC_H

#include <stdbool.h>

#include "config/resolved.h"

enum sync_outcome {
    SYNC_NOT_DUE,   /* local source, or asked recently enough */
    SYNC_UNCHANGED, /* the remote has nothing newer */
    SYNC_UPDATED,
    SYNC_KEPT, /* the remote cannot be reached: the clone that is there goes on (warning) */
};

/* `force`: whether it is due or not (`profile update`). *ret_warning is NULL or the caller's to
 * free. Runs a loop of its own until it is done. */
bool sync_now(
    const struct profile *, bool force, enum sync_outcome *ret, char **ret_warning, struct error *);

/* For a run, between resolve() and resolve_assets(): the source of its profile, if that is due. A
 * warning goes to those of *r. */
bool sync_for_run(struct resolved *r, struct error *);

#endif
