/* graph.h - which services are started, and what each waits for. Pure. */
#ifndef POD_GRAPH_H
#define POD_GRAPH_H

#include <stdbool.h>

#include "config/service.h"

/* Marks in `ret_wanted`, one per service, those that are named and all that they depend on; with no
 * names all of them. An unknown name is an error. The
 * config has checked that what dependsOn names is there and that it goes in no circle. */
bool graph_select(
    const struct services *, const struct strv *names, bool *ret_wanted, struct error *);

#endif
