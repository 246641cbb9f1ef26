/* ps_watch.h - which containers of ours there are, again and again: the engine's events say when to
 * look, its list says what there is, and its stats what they use.
 *
 * Without stats nothing happens while nothing happens. An engine that goes away is waited for. */
#ifndef POD_PS_WATCH_H
#define POD_PS_WATCH_H

#include "base/error.h"
#include "pod/member.h"

/* The latest figures of one container. */
struct ps_usage {
    bool known;
    double cpu; /* in percent of one CPU */
    long long memory;
};

struct ps_watch_options {
    const char *host; /* --host, or NULL */
    const struct member_filter *filter;
    bool with_stats;
    bool on_terminal; /* show again when its size has changed */

    /* Shows them; `usages` are as many as there are members. False: nobody looks any more. */
    bool (*show)(void *user, const struct members *, const struct ps_usage *usages);
    void *user;
};

/* Goes on until nobody looks any more, or the program is killed. */
bool ps_watch(const struct ps_watch_options *, struct error *err);

#endif
