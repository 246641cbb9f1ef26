/* watch.h - a directory whose changes are facts: inotify, kqueue or FSEvents through libuv.
 *
 * A background op; ends when asked to quit. `changed` is called from the loop, once for any
 * number of changes that come together; what has changed is for the callee to look up. Where a
 * directory cannot be watched (inotify has a limit per user) it is called every WATCH_AGAIN. */
#ifndef LOOP_WATCH_H
#define LOOP_WATCH_H

#include "loop/op.h"

enum { WATCH_AGAIN = 500 }; /* milliseconds */

struct watch {
    struct op op;
    uv_fs_event_t event;
    uv_timer_t timer; /* open only where there are no events */
    bool dirty, closing, has_timer;
    void (*changed)(void *user);
    void *user;
};

void watch_begin(
    struct watch *, struct op *parent, const char *dir, void (*changed)(void *user), void *user);

#endif
