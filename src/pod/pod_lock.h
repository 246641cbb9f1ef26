/* pod_lock.h - one pod at a time for what must not be done twice: its network, its holders, its
 * ports.
 *
 * A lock file per profile and project in the ccpod home, given up by the kernel when its process
 * dies. The op ends when it has the lock, however long another one takes: a row's limit bounds it.
 * The file is also where a pod without services notes that `ccpod up` has made holders for it, so
 * that a run need not ask the engine where nobody ever did. */
#ifndef POD_POD_LOCK_H
#define POD_POD_LOCK_H

#include "config/home.h"
#include "loop/pause.h"

enum { POD_LOCK_AGAIN = 10 }; /* ms between two tries */

struct pod_lock {
    struct op op;
    struct pause pause;
    int fd; /* -1: not held */
};

/* "~/.ccpod/locks/PROFILE-PROJECTHASH", or with "-NAME" behind it; the caller frees. */
char *pod_lock_path(
    const struct ccpod_home *, const char *profile, const char *project_hash, const char *name);

void pod_lock_begin(struct pod_lock *, struct op *parent, const struct ccpod_home *, char *path);
void pod_lock_drop(struct pod_lock *); /* gives the lock back, if it is held */
void pod_lock_release(struct pod_lock *);

/* Takes a lock that is free, at once; the descriptor that holds it, -1: it is not free. */
int pod_lock_try(const char *path);

/* The same for the lock of one holder, "ns-1": whoever joins or makes it keeps it until his end,
 * and nobody ends the holder meanwhile. */
int pod_lock_holder(
    const struct ccpod_home *, const char *profile, const char *project_hash, const char *holder);

/* The same for the ports of the pod: see published.h. */
int pod_lock_ports(const struct ccpod_home *, const char *profile, const char *project_hash);

/* That a ccpod uses the pod, from the begin of its start to its own end; the descriptor that says
 * so, -1: it cannot be said. What somebody else may have taken over is not taken back. */
int pod_use_begin(const struct ccpod_home *, const char *profile, const char *project_hash);

/* Is nobody else using it? Asked once, at the end. */
bool pod_use_is_alone(int fd);

/* That a start goes on which has chosen the pod's network, and has nothing on it yet that would
 * keep it; said under the pod's lock. The descriptor, which ends it; -1: it cannot be said. */
int pod_start_begin(const struct ccpod_home *, const char *profile, const char *project_hash);

/* Does such a start go on? Asked under the pod's lock: none begins meanwhile. */
bool pod_is_starting(const struct ccpod_home *, const char *profile, const char *project_hash);

/* The note that holders may exist. */
bool pod_is_warm(const char *path);
void pod_set_warm(const char *path, bool warm);

#endif
