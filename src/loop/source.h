/* source.h - a standard stream of ours that bytes are read from.
 *
 * A background op of its owner; ends when it is asked to quit. Reading starts stopped. At the
 * end of the input `end` is called once (with the errno of a read that failed, else 0), and
 * reading has stopped for good. */
#ifndef LOOP_SOURCE_H
#define LOOP_SOURCE_H

#include "loop/fd.h"
#include "loop/op.h"

struct source {
    struct op op;
    struct fd fd;
    uv_poll_t poll;
    uv_idle_t always; /* regular files are always ready */
    bool polls, reading, at_end, closing;
    void (*bytes)(void *user, const char *bytes, size_t n);
    void (*end)(void *user, int error);
    void *user;
};

void source_begin(struct source *, struct op *parent, int fd,
    void (*bytes)(void *user, const char *bytes, size_t n), void (*end)(void *user, int error),
    void *user);

/* Back-pressure: stop while what was read waits to be sent. */
void source_read(struct source *, bool on);

#endif
