/* watch.h - a directory whose changes are facts: inotify, kqueue or FSEvents through libuv.
 *
 * A background op; ends when asked to quit. `changed` is called from the loop, once for any
 * number of changes that come together; what has changed is for the callee to look up. A
 * directory that cannot be watched is no error: callers look again at the end anyway. */
#ifndef LOOP_WATCH_H
#define LOOP_WATCH_H

#include "loop/op.h"

struct watch {
    struct op op;
    uv_fs_event_t event;
    bool dirty, closing;
    void (*changed)(void *user);
    void *user;
};

void watch_begin(
    struct watch *, struct op *parent, const char *dir, void (*changed)(void *user), void *user);

#endif
