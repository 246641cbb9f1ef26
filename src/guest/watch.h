/* watch.h - Claude's credentials on their way home, while it runs and at its end.
 *
 * A refresh token can be used once, so a renewed login is handed out the moment Claude has written
 * it: a container that is killed then loses nothing. The other way, what another session of the
 * profile renewed arrives in GUEST_IN_DIR and is put in Claude's place where it is newer. What is
 * valid and what is newer, base/credentials.h says; what is not valid is left where it is. */
#ifndef GUEST_WATCH_H
#define GUEST_WATCH_H

#include <jansson.h>
#include <stdbool.h>

#include "base/error.h"
#include "guest/guest.h"
#include "guest/safe_fs.h"

struct watch {
    int readable; /* call watch_handle(), after which it may be another: -1: nothing to wait for */
    bool begun;   /* readable is of inotify; until then, of a timer */
    int on_config, on_in;
    struct safe_dir config, json_dir, home, in, out;
    uid_t uid;
    json_t *known; /* the newest that were handed in or out; NULL: none */
    json_t *known_account;
    json_t *given;      /* the last that were handed in; NULL: none */
    json_t *line;       /* the logins of this session, the one of `known` last */
    long long given_at; /* when Claude got those, after the start: on the monotonic clock, in ms */
    bool renewed;       /* GUEST_IN_DIR holds something that was not looked at yet */
};

/* Inotify is begun this late: to give it up takes 8 ms (the kernel waits until nobody can be using
 * it any more), which a short command need not pay. What has changed until then is seen when it
 * begins, or at the end. */
enum { WATCH_AFTER_MS = 1000 };

/* A login that Claude writes this soon after it got another was not made from that: to renew one
 * takes a while. */
enum { WATCH_RENEWING_MS = 10000 };

/* Opens the directories while nothing of the user's runs. */
bool watch_begin(struct watch *, const struct guest *, struct error *);
void watch_handle(struct watch *, struct error *);

/* Claude has ended: hands out the last state of both files, and the mark that it is the last. */
bool watch_finish(struct watch *, struct error *);
void watch_release(struct watch *);

#endif
