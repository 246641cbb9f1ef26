/* main_end.h - the end of a main container that nobody looks at: ended now, or waited for.
 *
 * `which` is a session's name or a run's id; NULL: the session without a name, else the newest. */
#ifndef POD_MAIN_END_H
#define POD_MAIN_END_H

#include "base/error.h"
#include "config/home.h"
#include "pod/member.h"

struct main_end_options {
    const char *host; /* --host, or NULL */
    const struct ccpod_home *home;
    const struct member_filter *filter;
    const char *which;
    long long grace_s; /* of a stop; -1: the container's own */
};

/* Ends it, brings its credentials home and removes it (pod/ending.h), unless it is to be kept. That
 * there is none is an error. */
bool main_stop(const struct main_end_options *, struct error *err);

/* Waits until it has ended. Its exit code; credentials come home and it is removed, unless it
 * is to be kept, or a supervisor that lives does all that. That there is none is an error. */
int main_wait(const struct main_end_options *, struct error *err);

#endif
