/* rest.h - the rest of a container's output, from the engine's log, where the attached stream
 * broke off before the container's end.
 *
 * The log is read from its start: as much of each stream as was given already is skipped, what
 * follows is given. So nothing is given twice and nothing is left out, wherever the stream was
 * cut. The last bytes that were given must stand in the log where they are skipped: a log that
 * has been rotated, or that changes bytes, is no continuation (`differs`) and gives nothing.
 *
 * While the container runs the log is followed, again and again where the engine goes away
 * meanwhile; after its end it is read once more, to its end. A background, quiet child. */
#ifndef POD_REST_H
#define POD_REST_H

#include "docker/frames.h"
#include "docker/logs.h"
#include "loop/pause.h"

enum { REST_MARK = 256, REST_STREAMS = 2, REST_AGAIN = 100 };

struct rest_stream {
    uint64_t given;       /* bytes, from either source */
    uint64_t at;          /* in the log that is being read */
    char last[REST_MARK]; /* of what was given; byte N stands at N % REST_MARK */
};

struct rest {
    struct op op;
    const struct engine *engine;
    const char *id;
    const bool *over; /* the container has ended */
    void (*give)(void *user, enum frames_stream, const char *bytes, size_t n);
    void *user;
    struct rest_stream streams[REST_STREAMS];
    struct call call;
    struct pause pause;
    struct frames frames;
    bool stopped;  /* the reader takes no more for now */
    bool complete; /* what is being read is the whole log */
    bool differs;  /* the log does not continue what was given */
    bool found;    /* there was more in it */
};

/* To be told of all output that is given, from the first byte on, before rest_begin() and after
 * it (what `give` gets included), and of a reader that takes no more, or goes on. */
void rest_note(struct rest *, enum frames_stream, const char *bytes, size_t n);
void rest_flow(struct rest *, bool on);

/* `id`, `over` and what rest_note() was told stay the owner's. */
void rest_begin(struct rest *, struct op *parent, const struct engine *, const char *id,
    const bool *over, void (*give)(void *user, enum frames_stream, const char *bytes, size_t n),
    void *user);
void rest_release(struct rest *);

#endif
