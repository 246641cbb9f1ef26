/* service.h - one entry of `services:` in either file, as a plain struct, and its table of
 * settings. Names and meanings are Compose's where Compose has them. */
#ifndef CONFIG_SERVICE_H
#define CONFIG_SERVICE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/map.h"
#include "base/str.h"
#include "config/ports.h"
#include "config/schema.h"
#include "config/volumes.h"

/* Limits on one container; 0 means none given. */
struct resources {
    long long memory;    /* bytes */
    long long nano_cpus; /* billionths of a CPU, as the Engine API has it */
    long long pids;
};

/* Times in nanoseconds, as the Engine API has them; 0: the engine's (or the image's) default. */
struct healthcheck {
    bool given;
    struct strv test; /* {"NONE"}, {"CMD", ...} or {"CMD-SHELL", text}; empty: the image's own */
    long long interval, timeout, start_period;
    long long retries;
};

enum restart_policy { RESTART_NO, RESTART_ON_FAILURE, RESTART_ALWAYS, RESTART_UNLESS_STOPPED };
enum egress { EGRESS_DEFAULT, EGRESS_FULL, EGRESS_NONE };

struct service {
    char *name;
    char *image;
    struct map env; /* literal; nothing is interpolated */
    struct volumes volumes;
    struct ports ports;
    char *workspace; /* where the project is mounted; NULL: it is not */
    struct strv command, entrypoint;
    bool command_given, entrypoint_given; /* an empty list given clears the image's own */
    char *user, *working_dir;
    bool init;
    struct strv depends_on;
    struct healthcheck healthcheck;
    enum restart_policy restart;
    long long restart_tries; /* of on-failure; 0: no limit */
    struct resources resources;
    long long stop_grace; /* nanoseconds; 0: not given */
    enum egress egress;

    /* Set by resolve(). */
    bool from_project;
    bool confined; /* a project's that is not trusted: no-new-privileges, a pids limit, without
                      NET_RAW, MKNOD and SETFCAP, workspace read-only */
};

struct services {
    struct service *items; /* in the order of the file */
    size_t n;
};

extern const struct setting service_settings[];   /* for struct service */
extern const struct setting resources_settings[]; /* for struct resources */

/* A map of services into struct services, and back: for tables of settings. */
void services_read(struct schema *, const struct node *, void *services);
json_t *services_write(const void *services);

/* Adds the values in their env that are secret by their name or form; but not short ones, which
 * are words that stand elsewhere too: `postgres`. */
void services_secrets(const struct services *, struct strv *ret);

struct service *services_find(const struct services *, const char *name);
struct service *services_add(struct services *); /* a zeroed one at the end */
void services_remove(struct services *, const char *name);
void service_release(struct service *);
void services_release(struct services *);

#endif
