/* flow.h - an operation as a table of rows, read top to bottom.
 *
 *     static const struct flow_row rows[] = {
 *         // doing (goes into the error)   begin         ready        limit
 *         { "create the container",        x_create,     NULL,        30 * SECOND },
 *         { "wait for it",                 NULL,         x_ended,     NO_LIMIT    },
 *         // teardown: every way out passes here, once, shielded from further cancels
 *         { "remove the container",        x_remove,     NULL,        30 * SECOND },
 *     };
 *
 * A row begins once (`begin` starts children or notes facts; it may begin nothing) and is over
 * when `ready` says so (asked again whenever the flow is kicked; NULL: at once) and all its
 * children have ended, background children apart: these live until they end by themselves or
 * the flow does, which asks them to quit.
 *
 * The first error (of a child, a limit, a cancel) in the rows before `teardown` cancels the
 * row's children, waits for them to end, and goes on with the teardown rows. Errors there do
 * not replace the outcome: they are kept in `trouble`, and the next row begins.
 *
 * Each change of row is a line with -vv: `run: attach -> ask for its exit code (3 ms)`. */
#ifndef LOOP_FLOW_H
#define LOOP_FLOW_H

#include "loop/op.h"

struct flow;

struct flow_row {
    const char *doing;
    void (*begin)(struct flow *);
    bool (*ready)(struct flow *);
    uint64_t limit_ms;
};

enum { FLOW_TROUBLE_MAX = 8 };

struct flow {
    struct op op;
    const struct flow_row *rows;
    unsigned n, teardown, row;
    bool begun;   /* the current row */
    bool brief;   /* puts nothing in front of errors: they tell enough */
    bool late;    /* its limit has just run out */
    bool overdue; /* ... and did so before */
    bool has_limit;
    uv_timer_t limit; /* the row's; the whole flow's deadline is the op's */
    uint64_t since;   /* when the row began, in nanoseconds of uv_hrtime() */
    struct error trouble[FLOW_TROUBLE_MAX];
    unsigned n_trouble;
};

/* For op_type of a flow: flow_step as step (or called at the end of an own one that looks at
 * facts first), flow_child_ended as child_ended. */
void flow_step(struct op *);
void flow_child_ended(struct op *, struct op *child);

/* Begins a flow; parent NULL: a root of `loop`. Rows from `teardown` on always run. */
void flow_begin(struct flow *, const struct op_type *, struct op *parent, struct loop *,
    const struct flow_row *rows, unsigned n, unsigned teardown);

/* Keeps an error that does not change the outcome. */
void flow_trouble(struct flow *, const struct error *);

/* Is the flow in its teardown rows? */
static inline bool flow_is_tearing_down(const struct flow *flow)
{
    return flow->row >= flow->teardown;
}

/* Releases what a flow that has ended still holds (its error, its trouble). */
void flow_release(struct flow *);

#endif
