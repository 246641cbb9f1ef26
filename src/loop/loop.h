/* loop.h - the event loop: libuv's, with a run queue for ops on top.
 *
 * The queue is drained by an idle handle that is active only while the queue is not empty; idle
 * handlers run before the poll in the same turn, so a kick costs no extra poll and an idle
 * program sleeps. A drain takes the queue as it was on entry: two ops that kick each other
 * cannot starve the sockets.
 *
 *     struct loop loop;
 *     loop_init(&loop);
 *     run_begin(&run, &loop, ...);        // a root op
 *     loop_run(&loop, &run.flow.op);      // until it has ended
 *     loop_close(&loop);                  // nothing may be open
 */
#ifndef LOOP_LOOP_H
#define LOOP_LOOP_H

#include <stdbool.h>
#include <uv.h>

#include "base/limits.h"

struct op;
struct timing;

struct loop {
    uv_loop_t uv;
    uv_idle_t idle;
    uv_timer_t last;         /* ends a program whose root cannot end */
    struct op *head, **tail; /* run queue */
    struct op *root;
    struct timing *timing;        /* --timing: where to write down what took how long; or NULL */
    void (*stuck)(void);          /* called before the last deadline ends the program */
    char chunk[LIMIT_READ_CHUNK]; /* one buffer for all streams: each read is used up at once */
};

void loop_init(struct loop *);

/* Runs until the root op has ended. `stuck` may be NULL; it must be short and must not fail:
 * it restores the terminal when something cannot be closed, before the program exits with 125. */
void loop_run(struct loop *, struct op *root, void (*stuck)(void));

/* Ends the loop; asserts that nothing is open, naming what is. */
void loop_close(struct loop *);

uv_loop_t *loop_uv(struct loop *);

/* Milliseconds of a steady clock, as of this turn of the loop. */
uint64_t loop_now(const struct loop *);

#endif
