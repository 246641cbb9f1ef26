/* run_int.h - the state of a run, shared by run.c (the tables of rows), run_prepare.c, run_join.c
 * and run_teardown.c (the first and the last of them), run_facts.c and run_output.c (what happens
 * meanwhile). Facts are set by callbacks and children; rows read them. */
#ifndef POD_RUN_INT_H
#define POD_RUN_INT_H

#include "base/mem.h"
#include "docker/discover.h"
#include "docker/frames.h"
#include "docker/info.h"
#include "loop/child.h"
#include "loop/signals.h"
#include "pod/courier.h"
#include "pod/image.h"
#include "pod/journal.h"
#include "pod/leftover.h"
#include "pod/plugin_volume.h"
#include "pod/removal.h"
#include "pod/resizer.h"
#include "pod/rest.h"
#include "pod/run.h"
#include "pod/salvage.h"
#include "pod/seat.h"
#include "pod/spec.h"
#include "pod/stopper.h"
#include "pod/survey.h"
#include "pod/sweep.h"
#include "pod/up.h"
#include "pod/witness.h"
#include "tty/session.h"

struct run {
    struct flow flow;
    const struct run_options *o;
    const struct member_filter *filter; /* of the sessions to attach to; NULL: a run */
    const char *which;

    /* What is known. */
    struct engine engine;
    struct engine_info info;
    struct rundir rundir;
    char *guest_dir, *state_dir, *lease, *name;
    const char *profile;
    char *way_back; /* the command that brings the user back */
    json_t *spec;   /* the create request */
    char *id;       /* of the container; NULL until the engine has told it */
    char *holder;   /* the container whose network it has joined; NULL: its own */

    /* Children. */
    struct signals signals;
    struct discover discover;
    struct info_call info_call;
    struct image_ensure image;
    struct plugin_volume plugins;
    struct flow making_rundir;
    struct up up; /* begun only where the pod has services or holders */
    struct progress progress;
    struct sweep sweep;
    struct survey survey; /* of an attach */
    struct call create, look, attach, wait, start, autopsy, holder_wait;
    struct child git;
    struct leftover leftover; /* begun: what has our name is looked at */
    struct seat seat;
    struct courier courier;
    struct session session;
    struct resizer resizer;
    struct witness witness;
    struct rest rest;
    struct stopper stopper;
    struct salvage salvage;
    struct removal removal;
    struct pause timeout, drain_patience, haste, holder_pause, holder_grace, name_pause;
    struct source guardian; /* ends with the process that the shell started */
    struct frames frames;
    struct record record;   /* --record */
    struct journal journal; /* --events */

    /* Facts. */
    int signal; /* the first that asked for the end */
    unsigned n_signals;
    bool name_taken; /* the last create was refused for its name */
    unsigned name_looks;
    bool may_exist; /* noted before the create is sent */
    bool started;   /* the container runs, or has run */
    bool over;      /* it has ended: `code`, or lost */
    bool has_code, lost;
    int code;
    const char *ended_by;  /* by what of ours it was told to end; NULL: it was not */
    uint64_t bytes_seen;   /* of its output, to tell a stream that is alive */
    uint64_t bytes_before; /* ... when the drain's patience began */
    uint64_t output_ended; /* when the attached stream did; 0: not yet */
    bool told_missing;     /* that the end of its output is */
    bool timed_out;
    unsigned noted_saved; /* credentials that were saved: how many are in the journal */
    bool joined;          /* the session ran already */
    bool kept;            /* its container stays when it has ended */
    bool left;            /* the user has left: the session goes on */
    bool stolen;          /* ... because somebody else has taken it over */
};

static inline struct run *run_of(struct flow *flow)
{
    return container_of(flow, struct run, flow);
}

/* run_prepare.c: rows */
void run_find_engine(struct flow *);
bool run_has_asked(struct flow *);
void run_prepare_host(struct flow *);
bool run_has_engine(struct flow *);
void run_prepare(struct flow *);
void run_create(struct flow *);
void run_look_at_name(struct flow *);
bool run_is_created(struct flow *);
bool run_open_record(struct run *, struct error *); /* --record */

/* run_join.c: a session that runs already */
void run_find_session(struct flow *); /* rows of an attach */
void run_look_at_session(struct flow *);
void run_join_session(struct flow *);
void run_take_seat(struct flow *); /* a row of both */
void run_keep_seat(struct run *);
void run_join(struct run *, const json_t *container); /* its inspect answer */

/* run_pod.c: sidecars, network and holders around the container */
void run_begin_pod(struct run *);
bool run_is_pod_up(struct flow *);
void run_pod_is_up(struct flow *);
void run_add_pod(const struct run *, struct spec_facts *);
void run_note_holder(struct run *, const char *network_mode);
void run_look_at_pod(struct run *); /* facts */
void run_look_at_holder(struct run *);
void run_roll_back(struct flow *);
bool run_is_rolled_back(struct flow *);
bool run_has_swept(struct flow *);

/* run_teardown.c: rows */
bool run_has_its_secrets(struct flow *);
void run_stop(struct flow *);
void run_bring_home(struct flow *);
void run_remove(struct flow *);
void run_tidy_up(struct flow *);

/* run_journal.c */
void run_note_container(struct run *, const char *event);
void run_look_at_saved(struct run *); /* facts */
void run_note_end(struct run *);
void run_end_journal(struct flow *); /* rows */
bool run_is_journal_written(struct flow *);

/* run_facts.c */
void run_step(struct op *);   /* the flow's step: facts first, then the rows */
void run_watch(struct run *); /* signals, --timeout, the guardian */
bool run_is_wanted_to_end(const struct run *);
int run_exit_code(const struct run *);

/* run_output.c */
void run_attach(struct flow *);
void run_drain(struct flow *);
bool run_is_drained(struct flow *);
void run_look_at_output(struct run *);

#endif
