/* timing.h - where the time of a start goes: what took how long, and which of it was waited for.
 *
 * A loop that is given a record (loop->timing) has its leaves (engine calls, child processes) and
 * the rows of its flows written down as they end; without one nothing is. The longest chain is
 * found backwards: what ended last before the end of the start, what ended last before that one
 * began, and so on. Where nothing of it ran, the row that lasted as long as the gap tells what was
 * waited for.
 *
 *     struct timing timing;
 *     timing_begin(&timing);
 *     loop->timing = &timing;
 *     ...timing_mark(loop) at the end of the start...
 *     timing_finish(&timing);      // spans[] are in order and marked
 *     timing_release(&timing);
 */
#ifndef LOOP_TIMING_H
#define LOOP_TIMING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct op;
struct loop;

enum timing_kind {
    TIMING_LEAF,
    TIMING_ROW, /* only until timing_finish() */
    TIMING_GAP, /* of the chain: nothing of ours was under way */
};

/* Times are nanoseconds of uv_hrtime(). */
struct timing_span {
    char *what, *about; /* about: the service, or "" */
    uint64_t begin, end;
    enum timing_kind kind;
    bool on_chain;
};

struct timing {
    uint64_t began, ended; /* ended: 0 until the start is over */
    struct timing_span *spans;
    size_t n;
    size_t lost; /* spans beyond LIMIT_TIMING_SPANS */
};

void timing_begin(struct timing *);
void timing_release(struct timing *);

/* The start is over: what begins from now on is not written down. */
void timing_mark(struct loop *);

/* Something of this op is over. `answered`: when it was answered, for a stream that stays open
 * after that; 0: there is no such moment. `what` is copied. */
void timing_leaf(const struct op *, const char *what, uint64_t began, uint64_t answered);
void timing_row(const struct op *, const char *doing, uint64_t began);

/* Drops rows, adds the gaps of the chain, marks it, sorts by the beginning. What was still under
 * way ends with the start. */
void timing_finish(struct timing *);

#endif
