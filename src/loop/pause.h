/* pause.h - an op that does nothing for a while: between two tries, or as a patience that runs
 * out. It ends by itself, without an error. */
#ifndef LOOP_PAUSE_H
#define LOOP_PAUSE_H

#include "loop/op.h"

struct pause {
    struct op op;
    uv_timer_t timer;
    bool over, closing;
};

void pause_begin(struct pause *, struct op *parent, uint64_t ms);

#endif
