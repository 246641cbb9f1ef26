/* claim.h - a container under a fixed name, made from a certain request, and running.
 *
 * One that is there and was made from the same (by its configuration hash) is taken over; one that
 * was made from something else, or has ended, is replaced; one that another living ccpod starts
 * right now is waited for. A conflict means look again, not fail: somebody has been faster, or has
 * removed what was there. A container of that name without our labels is an error.
 *
 *     claim_begin(&sidecar->claim, &sidecar->flow.op, pod, &(struct claim_spec){
 *         .name = name, .type = "db", .request = request, .hash = hash, .exists = true });
 */
#ifndef POD_CLAIM_H
#define POD_CLAIM_H

#include "docker/containers.h"
#include "loop/flow.h"
#include "loop/pause.h"
#include "pod/pod.h"
#include "pod/removal.h"

enum { CLAIM_AGAIN = 100, CLAIM_GRACE = 5 };

struct claim_spec {
    const char *name, *type; /* borrowed, as all of these */
    json_t *request;         /* gets its labels here */
    const char *hash;        /* of the request */
    const char *image;       /* as the user names it */
    bool exists;             /* the name was there in the list: look first */
    const json_t *seen;      /* an inspect answer of before that; NULL: none */
    unsigned part;           /* of the progress */
};

struct claim {
    struct flow flow;
    struct pod *pod;
    struct claim_spec spec;
    struct call inspect, stop, remove, create, start;
    struct pause pause;
    struct removal removal;
    enum {
        CLAIM_LOOKING,
        CLAIM_WAITING,
        CLAIM_STOPPING,
        CLAIM_REMOVING,
        CLAIM_CREATING,
        CLAIM_STARTING,
        CLAIM_DONE
    } state;
    bool refused;   /* the last create found the name taken */
    char *id;       /* of the container */
    bool may_exist; /* one of ours may be there: noted before the create is sent */
    bool made;      /* we have started it */
    bool replaced;
};

void claim_begin(struct claim *, struct op *parent, struct pod *, const struct claim_spec *);
void claim_release(struct claim *);

/* Has it made a container that may run? Then another ccpod may have taken it over. A start whose
 * answer nobody has looked at counts, too; one that was refused does not. */
bool claim_may_run(const struct claim *);

/* Removes what the claim has made, or may have made; nothing of what was there before. */
void claim_undo(struct claim *, struct op *parent);

#endif
