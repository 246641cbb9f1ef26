/* exec_int.h - the state of an exec session, shared by exec_session.c (the rows) and exec_facts.c
 * (what happens meanwhile). */
#ifndef POD_EXEC_INT_H
#define POD_EXEC_INT_H

#include "base/mem.h"
#include "config/names.h"
#include "docker/frames.h"
#include "loop/pause.h"
#include "loop/signals.h"
#include "loop/source.h"
#include "pod/exec_session.h"
#include "pod/exec_signal.h"
#include "pod/resizer.h"
#include "pod/survey.h"
#include "tty/session.h"

enum { EXEC_HELD = 8 * 1024 };

struct exec {
    struct flow flow;
    const struct exec_options *o;

    /* What is known. */
    const struct member *member; /* NULL: there is none */
    const struct engine *engine;
    json_t *spec;    /* the exec's create request */
    size_t prefix;   /* words of Cmd that are the guest's */
    char *id, *mark; /* of the exec; CCPOD_EXEC=... in its environment */

    /* Children. */
    struct survey survey;
    struct signals signals;
    struct source guardian;
    struct call create, stream, inspect;
    struct session session;
    struct resizer resizer;
    struct exec_signal messenger;
    struct pause grace, again, reader;
    struct frames frames;

    /* Facts. */
    struct str held; /* what may be the engine's excuse for not starting it */
    int held_fd;     /* where it is shown if it is not */
    bool has_output; /* of its own */
    bool started;
    bool left; /* we go, the command may go on */
    int signal;
    unsigned n_signals;
    bool killed;
    bool looked;
    unsigned looks;
    int code;
};

static inline struct exec *exec_of(struct flow *flow)
{
    return container_of(flow, struct exec, flow);
}

void exec_watch(struct exec *); /* signals, the guardian */
void exec_step(struct op *);    /* the flow's step: facts first, then the rows */
void exec_on_output(void *user, const char *bytes, size_t n);
void exec_on_frame(void *user, enum frames_stream, const char *bytes, size_t n);
void exec_on_drained(void *user);
void exec_on_flow(void *user, bool on);
void exec_judge(struct exec *); /* its end is known: was it started, and is its output whole? */
void exec_show_held(struct exec *);

#endif
