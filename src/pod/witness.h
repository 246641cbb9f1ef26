/* witness.h - a second source for how a container ended, where the wait call gave nothing: its
 * connection broke, or its answer is missing though the output has ended (seen with Podman).
 *
 * Looks after a first delay, and again while the container runs or the engine does not answer,
 * for WITNESS_PATIENCE without an answer. */
#ifndef POD_WITNESS_H
#define POD_WITNESS_H

#include "docker/containers.h"
#include "loop/pause.h"

enum { WITNESS_PATIENCE = 10 * SECOND, WITNESS_AGAIN = 500, WITNESS_KNOCK = 100 };

/* An engine that was away may call a container that has ended meanwhile running for a while, and
 * take the time when it finds out for that of its end. */
enum { WITNESS_DOUBT = 2 /* seconds */, WITNESS_CERTAIN = 4 /* looks */ };

struct witness {
    struct op op;
    const struct engine *engine;
    const char *id;
    struct call call;
    struct pause pause;
    uint64_t until;   /* without an answer */
    bool known;       /* `code` is the container's */
    unsigned running; /* how often in a row it was seen to run */
    bool gone;        /* there is no such container any more */
    int code;
    bool unseen; /* if the engine was away: it may have ended meanwhile */
    bool looked;
    char doubtful[40]; /* until when its end would be unseen; "": no answer yet */
};

/* A background, quiet child. It never fails: not `known` means that nobody can tell. */
void witness_begin(
    struct witness *, struct op *parent, const struct engine *, const char *id, uint64_t delay_ms);
void witness_release(struct witness *);

/* Was it ever started, by the State of an inspect answer? */
bool witness_has_run(const json_t *state);

#endif
