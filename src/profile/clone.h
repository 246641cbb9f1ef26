/* clone.h - the clone of a profile's git source: what stands there, whether it is due for a look
 * at the remote, and how a new one takes its place. Files only; git itself is run by sync.h.
 *
 *     profiles/<name>/config/                  the clone, at a detached commit
 *     profiles/<name>/config/.git/ccpod-source its repository and ref, a line each
 *     profiles/<name>/.ccpod-sync-lock         time of the last sync, milliseconds since 1970
 *     profiles/<name>/.ccpod-clone-XXXXXX/     one being made, or one that was replaced
 */
#ifndef PROFILE_CLONE_H
#define PROFILE_CLONE_H

#include <stdbool.h>

#include "base/error.h"
#include "config/profile.h"

struct clone {
    bool exists;
    bool foreign; /* something stands there that is no clone, and not empty: not ours to replace */
    bool same_repo, same_ref; /* as the profile says now */
    char head[65];            /* its commit; "": not known */
    long long synced_ms;      /* 0: never */
};

void clone_look(const struct profile *, struct clone *ret);

/* Does the remote have to be asked? Always when there is no clone of this repository and ref;
 * else by config.sync: always, once per calendar day (local time), never. */
bool clone_is_due(const struct profile *, const struct clone *, long long now_ms);

/* A new empty directory beside it, to clone into; the caller frees, and removes it if unused. */
char *clone_make_temporary(const struct profile *, struct error *);

/* Puts a complete clone in place, at once. What was there before stays for a while under another
 * name, for those who are reading it. */
bool clone_put(const struct profile *, const char *temporary, struct error *);

/* Notes that the remote was asked. */
bool clone_note(const struct profile *, long long now_ms, struct error *);

/* Removes what earlier syncs left behind, when nobody can be using it any more. */
void clone_sweep(const struct profile *);

#endif
