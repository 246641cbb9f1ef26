/* signals.h - signals as facts: a background op that counts what came and tells its parent.
 *
 *     static const int wanted[] = { SIGINT, SIGTERM, SIGHUP, 0 };
 *     signals_begin(&run->signals, &run->flow.op, wanted);
 *     ...
 *     while ((sig = signals_next(&run->signals))) ...     // in step()
 */
#ifndef LOOP_SIGNALS_H
#define LOOP_SIGNALS_H

#include "loop/op.h"

enum { SIGNALS_MAX = 8 };

struct signals {
    struct op op;
    uv_signal_t handles[SIGNALS_MAX];
    unsigned n;
    unsigned pending[SIGNALS_MAX]; /* how often each came since it was last asked for */
};

/* Catches the signals (0 ends the list) until the op is asked to end, but for SIGHUP, SIGINT and
 * SIGQUIT where we were started with them ignored. The op is a background child: it does not keep
 * its parent's rows waiting. */
void signals_begin(struct signals *, struct op *parent, const int *wanted);

/* The next signal that came, 0 when none is left. */
int signals_next(struct signals *);

#endif
