/* up.h - the start of a pod: network, sidecars, holders, everything side by side, each as soon as
 * what it needs is there.
 *
 * A background op. `ready` tells that all is up; from then on it watches: a sidecar that dies fails
 * it, until up_settle() says that the pod stays. Ended before that - by an error of its own, or
 * because it is cancelled - it takes back what it has made, and nothing that was there before.
 *
 *     up_begin(&run->up, &flow->op, &options);
 *     ...ready when run->up.ready
 *     up_settle(&run->up);                  // the main container has started
 */
#ifndef POD_UP_H
#define POD_UP_H

#include "docker/events.h"
#include "pod/holder.h"
#include "pod/network.h"
#include "pod/port_check.h"
#include "pod/sidecar.h"

struct up_options {
    const struct resolved *resolved;
    const struct ccpod_home *home;
    const struct engine *engine;
    const struct engine_info *info;
    const struct op *info_op;              /* the op that fills it */
    const struct image_ensure *main_image; /* begun by the caller */
    const char *lease, *role, *guest_dir;
    const bool *wanted; /* one per service; NULL: all of them */
    unsigned holders;   /* how many to find or make */
    bool only_beside;   /* make holders only where a sidecar has to be started, too */
    bool patient;       /* services count as up when they are healthy */
    bool twice;         /* see that all of them still run before it is ready: nothing follows */
    struct progress *progress; /* begun and ended by the caller */
};

struct up {
    struct flow flow;
    struct pod pod;
    unsigned n_wanted_holders;
    bool only_beside, twice;
    bool wanted[LIMIT_SERVICES * 2];
    struct call list;
    struct port_check ports;
    struct events events;
    struct network network;
    struct sidecar *sidecars;
    size_t n_sidecars;
    int ports_lock;    /* -1: not held */
    struct ports open; /* for the main container to publish */
    struct holder_lock reserved;
    struct holder *holders;
    unsigned n_holders;
    const struct image_ensure *main_image;
    int use;    /* says that we use the pod */
    bool alone; /* nobody else did, when it was taken back */
    bool ready;
};

void up_begin(struct up *, struct op *parent, const struct up_options *);
void up_settle(struct up *);
void up_release(struct up *);

/* For the main container, when it is ready: the holder to join (NULL: none is free), the network to
 * be on (NULL: the default one), and the ports that it publishes itself. */
const char *up_holder(const struct up *);
const char *up_network(const struct up *);
const struct ports *up_ports(const struct up *);

#endif
