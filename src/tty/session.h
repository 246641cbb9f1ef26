/* session.h - the bytes of one run: standard streams of ours on one side, the attached stream of
 * a container on the other.
 *
 *     container -> session_output() -> stdout, stderr     (loop/sink.h: never waits, loses nothing)
 *     stdin, --file -> stream to the container            (back-pressure by not reading)
 *
 * With a terminal both directions are raw and what is shown is watched (tty/term.h). Without one
 * the end of the input is passed on as a half-close, and output goes on after it; a terminal is
 * never half-closed, because the engine would close its output too. Its output is kept until
 * session_connect(): the program's first bytes may come before our terminal is raw.
 *
 * A background op of the run. Bytes do not pass through the run queue: they move in the streams'
 * callbacks. It ends after session_end(), when all output is written or its reader has gone. */
#ifndef TTY_SESSION_H
#define TTY_SESSION_H

#include "loop/sink.h"
#include "loop/source.h"
#include "loop/stream.h"
#include "tty/detach.h"
#include "tty/record.h"

enum {
    SESSION_INPUTS = 2,
    SESSION_READER_PATIENCE = 5 * SECOND, /* for a reader of ours after we were told to end */
};

struct session_spec {
    bool terminal;
    int inputs[SESSION_INPUTS];        /* descriptors read one after the other */
    unsigned n_inputs;                 /* 0: the container has no standard input */
    const char *detach_keys;           /* of a terminal; NULL: DETACH_DEFAULT, "": none */
    struct record *record;             /* of a terminal; NULL: nothing is recorded */
    void (*flow)(void *user, bool on); /* start or stop reading from the container */
    void *user;
};

struct session {
    struct op op;
    struct session_spec spec;
    struct sink out, err;
    struct source in;
    unsigned input;           /* the one that is being read */
    struct stream *const *to; /* where input goes; NULL before session_connect() */
    unsigned stops;           /* sinks that have asked the container's output to stop */
    struct str early;         /* output of a terminal before session_connect() */
    bool in_end;              /* all input is read */
    bool in_lost;             /* the terminal has gone */
    int in_error;             /* errno of what ended the input too early; 0: nothing has */
    struct detach detach;     /* looks for the detach keys in what is typed */
    uv_timer_t typing;        /* half-typed ones are handed on after a moment */
    bool detached;            /* they were typed */
    bool told;                /* the owner, that the reader has gone */
    bool ending;
};

void session_begin(struct session *, struct op *parent, const struct session_spec *);

/* Input flows from now on to *to, which may become NULL when the stream has gone. With a terminal
 * output is shown from now on: it is raw. */
void session_connect(struct session *, struct stream *const *to);

/* What was written to *to has left: more input may be read. */
void session_drained(struct session *);

/* Bytes of the container for descriptor 1 or 2. */
void session_output(struct session *, int fd, const char *bytes, size_t n);

/* No more output will come. */
void session_end(struct session *);

/* Where it has been asked to quit: says how much output nobody has taken, if there was any. */
void session_say_dropped(const struct session *);

/* Has the reader of our standard output gone? */
static inline bool session_reader_is_gone(const struct session *s)
{
    return s->out.broken != 0;
}

#endif
