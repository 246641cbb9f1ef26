/* child.h - a child process as an op: bounded output, its exit, TERM then KILL when asked to end.
 *
 * The child gets no terminal and no standard input, and is in a session of its own, so that a
 * Ctrl-C meant for ccpod does not reach it. It has ended when it is reaped and both of its
 * outputs are closed; a while after it was asked to end, when it is reaped. That it ran and failed
 * is not an error of the op: look at `code`. */
#ifndef LOOP_CHILD_H
#define LOOP_CHILD_H

#include "base/str.h"
#include "loop/op.h"

struct child {
    struct op op;
    uv_process_t process;
    uv_pipe_t out_pipe, err_pipe;
    uv_timer_t kill_timer;
    struct str out, err; /* at most LIMIT_CHILD_OUTPUT of each; `full` where there was more */
    int code;            /* its exit code, or 128 + the signal that ended it */
    char program[32];    /* its name, perhaps cut */
    uint64_t began;      /* nanoseconds of uv_hrtime() */
    unsigned streams;    /* outputs still open */
    bool exited, closing, stopping;
    bool given_up; /* what it may still say is not waited for */
};

/* Starts argv[0] (looked up in PATH) in `dir` (NULL: here) with our environment. A program that
 * cannot be started is an error of the op. */
void child_begin(struct child *, struct op *parent, char *const *argv, const char *dir);

/* Releases what an ended child holds. */
void child_release(struct child *);

#endif
