/* salvage.h - the credentials out of a container that has ended, into the profile's store.
 *
 * Where the guest has left its mark of a clean end, its out/ directory holds the last state.
 * Else (killed, crashed, out of memory) the files are read from the stopped container itself, at
 * the places the guest has noted when it started. Both pass the same checks (pod/store.h).
 *
 * Fails where something could be read and is valid, but not stored (a full disk): the container
 * may hold the only copy and has to stay. What may not be taken is said, and is no failure. */
#ifndef POD_SALVAGE_H
#define POD_SALVAGE_H

#include "config/home.h"
#include "docker/archive.h"
#include "loop/flow.h"

struct salvage {
    struct flow flow;
    const struct engine *engine;
    const struct ccpod_home *home;
    const char *profile, *id, *out_dir;
    char *credentials_path, *claude_json_path; /* in the container; NULL: not known */
    struct call credentials, claude_json;
    unsigned saved; /* how often something was newer */
    bool safe;      /* nothing is left that a later try could save: the container may go */
};

void salvage_begin(struct salvage *, struct op *parent, const struct engine *,
    const struct ccpod_home *, const char *profile, const char *id, const char *out_dir);
void salvage_release(struct salvage *);

#endif
