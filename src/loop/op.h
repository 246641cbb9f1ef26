/* op.h - one asynchronous operation: owner, deadline, cancellation, children, one end.
 *
 * Everything that takes time in ccpod is an op, embedded first in a struct of its own: an engine
 * call, a child process, a byte session (leaves), or a table of rows (loop/flow.h). The rules:
 *
 * 1. It ends exactly once: when op_finish() was called and nothing of it is open any more (its
 *    handles, its children). Only then does its parent hear of it. Its memory is the parent's,
 *    embedded or in an array sized before the first child starts, so nothing outlives its owner.
 * 2. Callbacks store facts and op_kick(); only step() decides. step() runs from the loop's run
 *    queue, never from inside a callback or another op's call: there is no re-entrance.
 * 3. Errors go up, cancels go down. The first error of a child becomes its parent's (unless the
 *    child is `quiet`: then the parent looks at it itself).
 * 4. Cancel is an error with a name. stop() gives up what is in flight; an op that changes the
 *    engine does not give up, it goes on to its answer (docker/call.h).
 * 5. op_quit() asks an op to end without an error: background children at the end of a flow.
 *
 * A leaf, from begin to end:
 *
 *     void thing_begin(struct thing *t, struct op *parent)
 *     {
 *         op_begin(&t->op, &thing_type, parent);     // kicks: step() runs soon
 *         uv_timer_init(op_uv(&t->op), &t->timer);
 *         t->timer.data = t;
 *         op_hold(&t->op);                           // one per open handle
 *     }
 *     static void on_timer(uv_timer_t *h) { t->rang = true; op_kick(&t->op); }
 *     static void on_closed(uv_handle_t *h) { op_drop(h->data); }
 *     static void thing_step(struct op *op)
 *     {
 *         if (t->rang || op_is_asked(op)) {
 *             uv_close((uv_handle_t *)&t->timer, on_closed);
 *             op_finish(op);
 *         }
 *     }
 */
#ifndef LOOP_OP_H
#define LOOP_OP_H

#include <stdbool.h>
#include <stdint.h>
#include <uv.h>

#include "base/error.h"

struct loop;
struct op;

enum { SECOND = 1000 }; /* limits are in milliseconds */
enum { NO_LIMIT = 0 };
enum { NS_PER_MS = 1000000 };

struct op_type {
    const char *name;
    void (*step)(struct op *);  /* go on as far as possible, then return; not after op_finish() */
    void (*stop)(struct op *);  /* optional: asked to end; give up what is in flight */
    void (*ended)(struct op *); /* optional: nothing is open; release what it owns */
    void (*child_ended)(struct op *, struct op *child); /* optional: instead of rule 3 */
};

struct op {
    const struct op_type *type;
    struct loop *loop;
    struct op *parent;
    struct op *children, *sibling;
    struct op *next_queued;
    const char
        *about; /* for --timing: the service it is about, for all below it; borrowed, or NULL */
    uv_timer_t timer; /* the deadline; open only while one was ever set */
    unsigned holds;   /* handles open + children alive */
    bool has_timer;
    bool background; /* its parent's rows do not wait for it, its parent's end does */
    bool quiet;      /* its error is not passed up */
    bool shielded;   /* cancels are refused (teardown) */
    bool queued, stepping;
    bool quitting; /* asked to end without error */
    bool timed_out;
    bool finishing, ended;
    struct error err; /* the first error */
};

/* Starts an op as a child of `parent`; op_begin_root() one without. The struct is initialised. */
void op_begin(struct op *, const struct op_type *, struct op *parent);
void op_begin_root(struct op *, const struct op_type *, struct loop *);

void op_kick(struct op *); /* step() again, from the run queue */
void op_tell(struct op *); /* kick my parent: a fact of mine has changed */

/* After `ms` from now the op is cancelled with "no answer within ...". NO_LIMIT: no deadline. */
void op_deadline(struct op *, uint64_t ms);

bool op_fail(struct op *, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void op_cancel(struct op *, const struct error *why);
void op_quit(struct op *);
void op_quit_children(struct op *); /* as stop(): whoever is under way gives up, step() ends it */
/* As child_ended(): what became of a child, its error too, is for step() to judge. */
void op_kick_by_child(struct op *, struct op *child);
void op_finish(struct op *);

void op_hold(struct op *);
void op_drop(struct op *);
void op_on_handle_closed(uv_handle_t *); /* close callback: op_drop(handle->data) */

uv_loop_t *op_uv(const struct op *);

/* Has it failed, been cancelled, or been asked to quit? */
static inline bool op_is_asked(const struct op *op)
{
    return op->quitting || error_is_set(&op->err);
}

/* Was it begun and has it not ended yet? For ops whose struct was zeroed before. */
static inline bool op_is_alive(const struct op *op)
{
    return op->type && !op->ended;
}

/* Began, ended, and without an error. */
static inline bool op_is_done(const struct op *op)
{
    return op->ended && !error_is_set(&op->err);
}

/* Ends an op that was begun and has ended: releases its error so that it may begin again. */
void op_release(struct op *);

#endif
