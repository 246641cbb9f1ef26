/* removal.h - removes a container that this run has made, or may have made.
 *
 * By id where the engine has told it. By name where the answer to the create got lost: the engine
 * may still carry it out, so the name is looked up again for REMOVAL_LATE; what is found is only
 * removed if its lease is ours. A removal that the engine refuses, or does not answer, is tried
 * again, longer where the engine is away: it may be starting again. */
#ifndef POD_REMOVAL_H
#define POD_REMOVAL_H

#include "docker/containers.h"
#include "loop/pause.h"

enum { REMOVAL_LATE = 10 * SECOND, REMOVAL_AGAIN = 250, REMOVAL_TRIES = 4 };
enum {
    REMOVAL_PATIENCE = 10 * SECOND
}; /* with whoever else removes it, and an engine that is away */

struct removal {
    struct op op;
    const struct engine *engine;
    const char *name, *lease;
    struct call call;
    struct pause pause;
    char *id; /* of what is to go; NULL: not known yet */
    unsigned tries;
    bool gone;         /* it was found, and is no more */
    uint64_t until;    /* keep looking until then */
    uint64_t patience; /* until then: REMOVAL_PATIENCE */
    enum { REMOVAL_LOOKING, REMOVAL_WAITING, REMOVAL_REMOVING } state;
};

/* `id` NULL: not known; `late`: it may appear later still. */
void removal_begin(struct removal *, struct op *parent, const struct engine *, const char *name,
    const char *id, const char *lease, bool late);
void removal_release(struct removal *);

#endif
