/* spec.h - from the resolved config to the create request of the main container.
 *
 * Pure: what the engine and the image said comes in as facts. Secrets never stand in the request
 * (they travel in the run dir), so it may be shown. */
#ifndef POD_SPEC_H
#define POD_SPEC_H

#include <jansson.h>
#include <sys/types.h>

#include "config/resolved.h"
#include "docker/info.h"
#include "pod/rundir.h"

struct spec_facts {
    const struct resolved *resolved;
    const struct engine *engine;
    const struct engine_info *info;
    const json_t *image; /* its inspect answer */
    const struct rundir *rundir;
    const char *merged_dir; /* mounted as GUEST_CONFIG_DIR */
    const char *guest_dir;  /* mounted as GUEST_BIN_DIR */
    const char *plugin_volume;
    const char *state_dir; /* persistent state, or NULL */
    const char *lease, *role;
    const char *session;        /* name of a named session, or "" */
    const struct strv *command; /* claude and its arguments */
    bool root;                  /* it runs as root of the container, not as Claude's user */
    bool terminal;
    bool detached; /* nobody watches: its output is kept by the engine */
    bool with_stdin;
    unsigned rows, columns;    /* of the terminal */
    const char *holder_id;     /* the namespace it joins, with ports and names on it; NULL: none */
    const char *network_id;    /* the project's network; NULL: the default one */
    const struct ports *ports; /* to publish, where it joins no holder */
};

/* The create request; a new reference. False where something on the host is missing. */
bool spec_main(const struct spec_facts *, json_t **ret, struct error *);

/* As whom Claude runs: the owner of the project directory; what profile or --env say as PUID and
 * PGID; 0 on an engine whose root is the user. */
bool spec_user(
    const struct resolved *, const struct engine_info *, uid_t *, gid_t *, struct error *);

#endif
