/* vacancy.h - is a namespace holder free to be ended?
 *
 * A run takes the holder's lock before it makes a container that joins it, and keeps it until its
 * own end; a session that goes on without its ccpod is named by the engine alone. So the lock is
 * taken, and the engine is asked with it in hand. One that is used is left at once; one that has
 * only been taken is waited for: its run is starting, or about to end.
 *
 *     vacancy_begin(&e->vacancy, &flow->op, engine, home, member);
 *     // when it has ended: e->vacancy.is_free, and nobody joins until
 *     vacancy_release(&e->vacancy); */
#ifndef POD_VACANCY_H
#define POD_VACANCY_H

#include "config/home.h"
#include "docker/containers.h"
#include "loop/flow.h"
#include "loop/pause.h"
#include "pod/member.h"

enum { VACANCY_PATIENCE = 5 * SECOND, VACANCY_AGAIN = 20 };

struct vacancy {
    struct flow flow;
    const struct engine *engine;
    const struct ccpod_home *home;
    const struct member *holder;
    struct call list;
    struct pause pause;
    uint64_t until;
    int lock;    /* -1: not held */
    bool looked; /* the list that has ended was judged */
    bool is_free;
};

/* All is borrowed until the end. */
void vacancy_begin(struct vacancy *, struct op *parent, const struct engine *,
    const struct ccpod_home *, const struct member *holder);
void vacancy_release(struct vacancy *); /* gives the lock back */

#endif
