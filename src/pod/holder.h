/* holder.h - a namespace holder: a container that does nothing but keep a network namespace, for
 * one main container at a time to join, which saves the most of that one's start.
 *
 * Holders are numbered; the first of ours has the name `claude` on its network, and ports stand on
 * the one that is started when they are open (pod/published.h). One that no longer fits, by its
 * network or its ports, is not joined, and replaced where it is in the way of new ports. One that
 * is in use is named by a running container's NetworkMode, or its lock file is held by the ccpod
 * that has taken it. What a container that joins may not have stands on its holder: ports, extra
 * hosts, names. */
#ifndef POD_HOLDER_H
#define POD_HOLDER_H

#include "pod/claim.h"
#include "pod/image.h"

enum { HOLDERS_MAX = 32 };
#define HOLDER_ALIAS "claude" /* the first one's name on the network */

/* The lock of one holder that is taken before it is known what there is: whatever the engine
 * lists after that, nobody can end. */
struct holder_lock {
    unsigned number;
    int fd; /* -1: not held */
};

struct holder {
    struct flow flow;
    struct pod *pod;
    const struct image_ensure *image; /* the main container's */
    struct holder_lock *reserved;     /* given back if it is not the one that is joined */
    bool on_network;                  /* on the project's network, else on the default one */
    bool make;                        /* start one where none is free */
    bool publishes;                   /* one that is started gets the pod's open ports */
    unsigned part;
    bool has_part;
    unsigned number;
    int lock; /* -1: none */
    char *name;
    json_t *request;
    char hash[HASH_HEX + 1];
    struct claim claim;
    char *id; /* of the holder that may be joined; NULL: none */
    bool ready;
};

struct holder_options {
    const struct image_ensure *image;
    struct holder_lock *reserved; /* NULL: none */
    bool on_network, make, publishes;
};

/* The create request of a holder, without labels and network; `image` is the main image's inspect
 * answer, NULL: not known. A new reference. */
json_t *holder_spec(const struct pod *, const json_t *image, const struct ports *);

/* Takes the lowest lock that is free. */
void holder_reserve(struct holder_lock *, const struct ccpod_home *, const struct resolved *);
void holder_let_go(struct holder_lock *);

void holder_begin(struct holder *, struct op *parent, struct pod *, const struct holder_options *);
void holder_release(struct holder *);

/* Does a container of this list live in the namespace of this holder? */
bool holder_is_used(const json_t *containers, const char *id);

/* Is there any holder of the pod, in whatever state? */
bool pod_has_holders(const struct pod *);

#endif
