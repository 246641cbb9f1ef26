/* up_main.h - `ccpod up`: the sidecars of a project and spare namespace holders, started to stay.
 * An interrupt, or a failure, takes back what it has made. */
#ifndef POD_UP_MAIN_H
#define POD_UP_MAIN_H

#include "config/resolved.h"

struct up_main_options {
    const struct resolved *resolved;
    const struct ccpod_home *home;
    const char *host;            /* --host, or NULL */
    const struct strv *services; /* these and what they need; empty: all */
    bool wait;                   /* until they are healthy */
    struct timing *timing;       /* --timing, or NULL */
    unsigned spares;             /* holders that are free when it is done */
};

bool up_main(const struct up_main_options *, struct error *);

#endif
