/* sweep.h - what supervisors left that were killed, or had to give up a create: containers and run
 * directories, removed beside the next start of anything.
 *
 * Evidence comes first from this machine: each run directory names the process that made it and
 * the engine it spoke to. Only where such a process is dead the engine is asked, so a start after
 * clean ones costs no call. Removed is only what is provably ours and dead, by label and name, as
 * the table in sweep_dooms() says. Never an error: what fails is tried again by the next start. */
#ifndef POD_SWEEP_H
#define POD_SWEEP_H

#include "pod/ending.h"
#include "pod/lease.h"
#include "pod/rundir.h"

enum {
    SWEEP_CREATED_S = 60, /* a container that was never started, a directory without one */
    SWEEP_RUNNING_S = 20, /* a headless run goes on for so long after its supervisor was missed */
    SWEEP_MOST = 64,      /* at once; the next start takes the rest */
};

struct sweep {
    struct flow flow;
    const struct engine *engine;
    const struct ccpod_home *home;
    const char *profile, *project; /* of the start beside which this runs */
    struct strv dead;              /* run directories whose process is gone */
    struct call list;
    struct members members;
    struct ending *endings;
    size_t n_endings;
};

/* A background, quiet child. */
void sweep_begin(struct sweep *, struct op *parent, const struct engine *,
    const struct ccpod_home *, const char *profile, const char *project);
void sweep_release(struct sweep *);

/* What a run directory is signed with, so that later sweeps know whose it is. The caller frees. */
char *sweep_signature(const struct engine *, const char *lease);

/* What is known of a main container when it is judged. Times in seconds. */
struct sweep_facts {
    const char *role, *state;
    enum lease_state lease;
    long long age;        /* since it was created */
    long long dead_since; /* since its supervisor was first missed */
    bool wanted;          /* the start beside us looks after it itself */
};

/* Is it to go? Pure. */
bool sweep_dooms(const struct sweep_facts *);

#endif
