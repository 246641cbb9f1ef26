/* stream.h - one byte stream in both directions: a unix socket now, TCP, TLS and a child's
 * stdin and stdout later. HTTP (docker/http.h) and the sessions see only this.
 *
 * A stream is made by its transport (stream_unix() below), belongs to whoever made it until
 * stream_close(), and frees itself after its `closed` callback, the last one to come. Callbacks
 * come from the loop, never from inside a call of this header. */
#ifndef LOOP_STREAM_H
#define LOOP_STREAM_H

#include <stdbool.h>
#include <stddef.h>

#include "loop/loop.h"

struct stream;

struct stream_events {
    void (*bytes)(void *user, const char *bytes, size_t n);    /* only during the call */
    void (*end)(void *user);                                   /* the peer sends no more */
    void (*broken)(void *user, const char *why, int uv_error); /* of no more use; close it */
    void (*drained)(void *user);                               /* all that was written has left */
    void (*closed)(void *user);                                /* the stream is gone */
};

/* Connects to a unix socket: it may be written to at once, unless the connection has failed; why
 * comes as `broken`, by callback (a path that does not fit the system's address:
 * UV_ENAMETOOLONG). */
struct stream *stream_unix(
    struct loop *, const char *path, const struct stream_events *, void *user);

bool stream_is_open(const struct stream *);

/* Takes other callbacks from now on (a hijacked connection changes its owner's mind). */
void stream_set_events(struct stream *, const struct stream_events *, void *user);

/* Reading starts stopped. Stopping is the back-pressure towards the peer. */
void stream_read(struct stream *, bool on);

/* Sends what it can at once and keeps a copy of the rest; bytes are never lost or reordered.
 * stream_queued() tells how much is kept, so that the caller can stop producing. On a stream
 * that is being closed it does nothing. */
void stream_write(struct stream *, const void *bytes, size_t n);
size_t stream_queued(const struct stream *);

/* Half-close, once everything written has left. Reading goes on. */
void stream_shut(struct stream *);

/* Gives up; `closed` comes later, nothing else does. */
void stream_close(struct stream *);

#endif
