/* courier.h - carries between a run's directories and the store while the container runs.
 *
 * A background op that watches out/: the secrets file goes as soon as the guest has marked it
 * read, and newer credentials come home at once, because a refreshed token that is lost logs the
 * user out. What is refused is said once; the store stays as it was. */
#ifndef POD_COURIER_H
#define POD_COURIER_H

#include "loop/watch.h"
#include "pod/rundir.h"

struct courier {
    struct watch watch;
    const struct ccpod_home *home;
    const struct rundir *rundir;
    const char *profile;
    bool secrets_gone, complained;
    unsigned saved; /* how often something was newer; the parent is told */
};

void courier_begin(struct courier *, struct op *parent, const struct ccpod_home *,
    const struct rundir *, const char *profile);

#endif
