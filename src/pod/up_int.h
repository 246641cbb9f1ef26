/* up_int.h - shared by up.c (the table of rows) and up_teardown.c (the last of them). */
#ifndef POD_UP_INT_H
#define POD_UP_INT_H

#include "base/mem.h"
#include "pod/up.h"

static inline struct up *up_of(struct flow *flow)
{
    return container_of(flow, struct up, flow);
}

/* up_teardown.c */
void up_give_up(struct flow *);
bool up_has_given_up(struct flow *);
void up_take_back(struct flow *);
void up_take_network_back(struct flow *);
bool up_is_network_back(struct flow *);

#endif
