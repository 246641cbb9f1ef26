/* ending.h - the end of one container of ours: SIGTERM, its grace period, SIGKILL; credentials
 * home; removed, with its anonymous volumes and its run directory.
 *
 * A holder that somebody uses is left as it is (pod/vacancy.h).
 *
 * A main container whose supervisor lives is only stopped: the supervisor hears of it, brings home
 * and removes what is its own, and returns the container's code. Where it does not, within
 * ENDING_PATIENCE, or is dead, that is done here. Gone already is fine. */
#ifndef POD_ENDING_H
#define POD_ENDING_H

#include "config/home.h"
#include "docker/containers.h"
#include "loop/flow.h"
#include "loop/pause.h"
#include "pod/member.h"
#include "pod/salvage.h"
#include "pod/vacancy.h"

enum { ENDING_GRACE_S = 5, ENDING_PATIENCE = 5 * SECOND, ENDING_AGAIN = 20 };

struct ending;

struct ending_spec {
    const struct engine *engine;
    const struct ccpod_home *home;
    const struct member *member;
    long long grace_s; /* -1: the container's own, else ENDING_GRACE_S */
    bool stays;        /* all but the removal */
    /* May it begin? Asked again whenever the ending is kicked. NULL: at once. */
    bool (*may_begin)(void *user, const struct ending *);
    void *user;
};

struct ending {
    struct flow flow;
    struct ending_spec spec;
    struct call inspect, unpause, stop, removal;
    struct pause pause;
    struct salvage salvage;
    struct vacancy vacancy; /* of a holder */
    char *out_dir;
    uint64_t until;    /* the supervisor's time */
    bool stopped_late; /* it has only now been stopped: that time begins anew */
    bool begun;        /* it was its turn */
    bool looked;       /* the inspect that has ended was judged */
    bool gone;         /* there is no such container any more, or it is to stay */
};

/* All is borrowed until the end. Errors begin with the container's name. */
void ending_begin(struct ending *, struct op *parent, const struct ending_spec *);
void ending_release(struct ending *);

/* Seconds between SIGTERM and SIGKILL: `grace_s`, where it is not negative, else what the container
 * (its inspect answer) was made with, else ENDING_GRACE_S. */
unsigned ending_grace(const json_t *container, long long grace_s);

#endif
