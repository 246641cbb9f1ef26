/* pods_lock.h - the locks of all pods that a filter means: no start of theirs goes on meanwhile.
 *
 *     pods_lock_begin(&d->locks, &flow->op, home, filter);
 *     // it has ended: all locks are held, or its patience is over; in either case until
 *     pods_lock_release(&d->locks);
 *
 * A ccpod that hangs, or is stopped, may keep a lock for ever, and another `ccpod down` as long as
 * a container takes to end: after PODS_LOCK_PATIENCE the op ends without it, and says so. */
#ifndef POD_PODS_LOCK_H
#define POD_PODS_LOCK_H

#include "loop/flow.h"
#include "pod/member.h"
#include "pod/pod_lock.h"

enum {
    PODS_LOCK_PATIENCE = 5 * SECOND,
    PODS_LOCK_MOST = 64, /* each is a descriptor, and these are 256 on macOS; others go unlocked */
};

struct pods_lock {
    struct flow flow;
    const struct ccpod_home *home;
    const struct member_filter *filter;
    struct pod_lock locks[PODS_LOCK_MOST];
    size_t n;
    struct pause patience;
};

/* `filter` is borrowed until the end. */
void pods_lock_begin(
    struct pods_lock *, struct op *parent, const struct ccpod_home *, const struct member_filter *);
void pods_lock_release(struct pods_lock *); /* gives all locks back */

#endif
