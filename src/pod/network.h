/* network.h - the project's network: found, or made, once, whoever else does so at this moment.
 *
 * A network is found by its exact name and is ours only if its labels say so. Engines before
 * Docker 25 make duplicates when two ask at once (then neither works), so all of it happens under
 * the pod's lock, and what is there twice anyway is resolved: the oldest stays, others go. */
#ifndef POD_NETWORK_H
#define POD_NETWORK_H

#include "docker/networks.h"
#include "loop/flow.h"
#include "pod/pod.h"
#include "pod/pod_lock.h"
#include "pod/subnet.h"

enum { NETWORK_TRIES = 20, NETWORK_UNDO_TRIES = 8, NETWORK_AGAIN = 100 };

struct network {
    struct flow flow;
    struct pod *pod;
    unsigned part; /* of the progress */
    char *name;
    struct pod_lock lock;
    bool locked; /* we have, or had, the lock */
    int start;   /* says that a start has chosen the network; valid once `flow` was begun */
    struct call list, create, removal;
    struct subnets taken; /* that the engine has refused */
    enum { NETWORK_LISTING, NETWORK_CREATING, NETWORK_REMOVING } state;
    unsigned tries, undo_tries;
    struct pause pause;
    char *id;
    bool made; /* by us, or perhaps: noted before the request is sent */
    bool looks_for_lost;
};

/* The create request; takes over `subnets`, the array of IPAM configurations (empty: the engine
 * chooses). A new reference. */
json_t *network_spec(const struct pod *, const char *name, json_t *subnets);

/* Sets pod->network_id when it ends without an error. */
void network_begin(struct network *, struct op *parent, struct pod *);
void network_release(struct network *);

/* What was started is on it, or will never be: until then `ccpod down` leaves it where it is. */
void network_let_go(struct network *);

/* Removes what network_begin() has made, unless somebody uses it; looks by name and our labels
 * where the answer got lost. */
void network_undo(struct network *, struct op *parent);

/* Asked when network_undo() has ended: true when it is done. The engine may still be taking a
 * container off the network that it has just removed, so one in use is tried again for a while. */
bool network_is_undone(struct network *, struct op *parent);

#endif
