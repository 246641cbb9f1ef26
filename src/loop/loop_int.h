/* loop_int.h - between loop.c and op.c only. */
#ifndef LOOP_LOOP_INT_H
#define LOOP_LOOP_INT_H

#include "loop/loop.h"
#include "loop/op.h"

/* Puts an op on the run queue, once. */
void loop_enqueue(struct loop *, struct op *);

/* One turn of an op from the queue: a step, or its end. */
void op_turn(struct op *);

#endif
