/* sync.h - a profile's git source brought up to date, as an op.
 *
 * The remote is asked for its newest commit; if the clone has it, that is all. Else a new clone is
 * made beside it (shallow where the remote can) and put in its place. git never asks for a
 * password, on no terminal and in no window: credential helpers, ssh keys and agents work.
 *
 * Where the remote cannot be reached and there is a clone of the same repository and ref, the op
 * ends well, with a warning; without one it fails. Calling order, with a loop of one's own:
 *
 *     char *warning = NULL;
 *     if (!sync_now(&resolved.profile, force, &outcome, &warning, err))
 *         ...
 *
 * or sync_begin() under an op, then `outcome` and `warning`, then sync_release(). */
#ifndef PROFILE_SYNC_H
#define PROFILE_SYNC_H

#include <stdbool.h>

#include "config/profile.h"
#include "loop/child.h"
#include "loop/flow.h"
#include "profile/clone.h"

enum sync_outcome {
    SYNC_NOT_DUE,   /* local source, or asked recently enough */
    SYNC_UNCHANGED, /* the remote has nothing newer */
    SYNC_UPDATED,
    SYNC_KEPT, /* the remote cannot be reached: the clone that is there goes on (warning) */
};

struct sync {
    struct flow flow;
    const struct profile *profile;
    struct clone clone; /* as it was */
    struct child git;
    char *temporary;
    bool needed;  /* a new clone has to be made */
    bool shallow; /* it was fetched without history */
    enum sync_outcome outcome;
    char *warning; /* NULL: none */
};

/* `force`: whether it is due or not (`profile update`). The profile outlives the op. */
void sync_begin(struct sync *, struct op *parent, const struct profile *, bool force);
void sync_release(struct sync *);

/* The same, waited for. *ret_warning is NULL or the caller's to free. */
bool sync_now(
    const struct profile *, bool force, enum sync_outcome *ret, char **ret_warning, struct error *);

#endif
