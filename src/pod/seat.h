/* seat.h - who is attached to a session: one ccpod at a time.
 *
 * Whoever shows a session's terminal holds the lock on `seat` in its run directory, given up by the
 * kernel when he dies, and has written there who he is. Who finds it held is told so; who wants it
 * all the same (--steal) leaves a wish beside it, `steal`, and waits: the holder sees it, leaves
 * the session as after its detach keys, and ends. The session does not notice.
 *
 *     seat_begin(&x->seat, &flow->op, home, rundir, steal);
 *     // when it has ended without an error it is ours:
 *     seat_keep(&x->seat, &flow->op);
 *     if (x->seat.wanted) ...leave... */
#ifndef POD_SEAT_H
#define POD_SEAT_H

#include "loop/flow.h"
#include "loop/watch.h"
#include "pod/pod_lock.h"
#include "pod/rundir.h"

enum { SEAT_PATIENCE = 10 * SECOND }; /* for its holder to leave */

struct seat {
    struct flow flow;
    const struct ccpod_home *home;
    const struct rundir *rundir;
    bool steal;
    struct pod_lock lock;
    int fd; /* holds the lock; valid once `flow` was begun; -1: not ours */
    struct watch watch;
    bool wanted; /* another ccpod wants it */
};

/* A child of `parent`; it fails where somebody else is attached, and with `steal` where he does not
 * leave within SEAT_PATIENCE. All is borrowed. */
void seat_begin(
    struct seat *, struct op *parent, const struct ccpod_home *, const struct rundir *, bool steal);

/* Looks out for wishes, as a background child: tells `parent` when `wanted` becomes true. */
void seat_keep(struct seat *, struct op *parent);

/* Does anybody sit at the session with this out/ directory? */
bool seat_is_taken(const char *out_dir);

/* Gives it up, if it is ours: nothing of the session is shown here any more. */
void seat_leave(struct seat *);

/* Leaves, and releases the rest. */
void seat_release(struct seat *);

#endif
