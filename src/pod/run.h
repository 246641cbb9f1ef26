/* run.h - the run of a main container, from finding the engine to the exit code.
 *
 *     struct run_options o = { .resolved = &resolved, .home = &home, ... };
 *     int code = run_main(&o, &err);
 *
 * The order of the engine calls is what makes it right (create, attach, wait, start: no byte and
 * no code is lost, however short the container lives); it stands in run.c, as a table. */
#ifndef POD_RUN_H
#define POD_RUN_H

#include <stdbool.h>
#include <stdint.h>

#include "config/resolved.h"
#include "pod/member.h"

struct spec_facts;

struct run_options {
    const struct resolved *resolved;
    const struct ccpod_home *home;
    const char *merged_dir;     /* the merged config dir on the host */
    const char *host;           /* --host, or NULL */
    const struct strv *command; /* claude and its arguments */
    const char *role;           /* ROLE_...: in the labels */
    const char *profile;        /* --profile, as it was given; NULL: it was not */
    const char *session;        /* --session: a further session of the project; NULL: the first */
    bool terminal;              /* the container has a terminal; so do we, unless `detach` */
    bool detach;                /* --detach: leave once it has started */
    int inputs[2];              /* descriptors that become the container's standard input */
    unsigned n_inputs;
    const char *detach_keys; /* of a terminal; NULL: the usual ones */
    const char *record;      /* --record: a file for what the terminal shows, or NULL */
    uint64_t timeout_ms;     /* --timeout; 0: none */
    struct timing *timing;   /* --timing: where the time of the start is written down; or NULL */
    bool steal;              /* --steal: take over a session that somebody is attached to */
    bool shell;              /* a shell beside the sessions: it ends with its terminal */
    bool root;               /* the command runs as root of the container */
    int events;              /* --events: a descriptor that they are written to; 0: none */
    const char *for_new;     /* flags that are lost on a session that runs already, or NULL */
};

/* The name of the container: a session's is fixed, a headless run or a shell has its id in it. The
 * caller's to free. */
char *run_container_name(const struct run_options *, const char *run_id);

/* Fills in what the options say of the create request; the rest is nothing. All is borrowed. */
void run_wants(const struct run_options *, struct spec_facts *ret);

/* Runs it. The exit code; *err is set where ccpod or the engine failed (the code is the error's
 * then). Prints warnings of the way out itself. *ret_name is the container's name, the caller's to
 * free; NULL where it never got one. */
int run_main(const struct run_options *, char **ret_name, struct error *err);

/* Attaches to a session that runs, as run_main() does where it finds one. `which`: its name or a
 * run's id; NULL: the first session of the project, else its only one. Of the options count host,
 * home, detach_keys, record and steal; the terminal is ours. */
int attach_main(
    const struct run_options *, const struct member_filter *, const char *which, struct error *err);

#endif
