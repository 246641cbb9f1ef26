/* sink.h - a standard stream of ours that bytes are written to: never waits, loses nothing.
 *
 * What the reader does not take at once is kept: first in memory (at most SINK_MEMORY), and the
 * producer is told to stop. If the reader has not caught up after SINK_PATIENCE, the producer is
 * told to go on and the bytes go to an unlinked file in $TMPDIR, because an engine cuts a stream
 * that is left unread 2 s after its process has ended. Order is kept; memory is constant.
 *
 * The sink is a background op of its owner. It ends after sink_end() when everything is written,
 * when the reader is gone (`broken`), or when it is asked to quit (what is left is dropped). It
 * tells its parent when it breaks. */
#ifndef LOOP_SINK_H
#define LOOP_SINK_H

#include "base/str.h"
#include "loop/fd.h"
#include "loop/op.h"

enum { SINK_MEMORY = 256 * 1024, SINK_PATIENCE = 500 };

struct sink {
    struct op op;
    struct fd fd;
    uv_poll_t poll;
    uv_timer_t patience;
    bool polls; /* it has a poll handle */
    void (*flow)(void *user, bool on);
    void *user;
    struct str memory; /* kept bytes; those before `head` have left */
    size_t head;
    int spool;                    /* the unlinked file, -1: none */
    uint64_t spool_in, spool_out; /* bytes written to it, and read back */
    bool stopped;                 /* the producer has been told to stop */
    bool full;                    /* the disk takes no more */
    bool ending, closing;
    int broken;       /* errno of a write that failed; EPIPE: the reader is gone */
    uint64_t dropped; /* bytes that nobody took */
};

/* `flow(user, false)` asks the producer to stop, `flow(user, true)` to go on. */
void sink_begin(
    struct sink *, struct op *parent, int fd, void (*flow)(void *user, bool on), void *user);

void sink_write(struct sink *, const void *bytes, size_t n);

/* No more bytes will come. */
void sink_end(struct sink *);

/* Is there anything that has not left yet? */
bool sink_is_behind(const struct sink *);

#endif
