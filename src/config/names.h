/* names.h - the names ccpod gives on the engine, and what may become part of one. */
#ifndef CONFIG_NAMES_H
#define CONFIG_NAMES_H

#include <stdbool.h>

#include "base/error.h"
#include "base/hash.h"

/* Labels. Containers carry all of them, networks and volumes what concerns them. */
#define LABEL_PROFILE "ccpod.profile"
#define LABEL_PROJECT "ccpod.project" /* project hash */
#define LABEL_TYPE    "ccpod.type"    /* main, ns, net, bridge-proxy, viewer, or the service */
#define LABEL_VERSION "ccpod.version"
#define LABEL_WORKDIR "ccpod.workdir" /* the project directory */
#define LABEL_OWNER   "ccpod.owner"
#define LABEL_ROLE    "ccpod.role"
#define LABEL_SESSION "ccpod.session"
#define LABEL_LEASE   "ccpod.lease"
#define LABEL_CONFIG  "ccpod.config" /* hash of what the container was made from */
#define LABEL_IMAGE   "ccpod.image"  /* as the user names it: the request has its id */
#define LABEL_POLICY  "ccpod.policy" /* networks */

/* Values of LABEL_ROLE of main containers. It says who removes one that has ended: */
#define ROLE_INTERACTIVE "interactive" /* its supervisor, or else the next run of that name */
#define ROLE_HEADLESS    "headless"    /* its supervisor, or else a sweep */
#define ROLE_DETACHED    "detached" /* who has seen its end, at the terminal or by `wait`; `down` */
#define ROLE_KEPT        "kept"     /* `down` alone */

enum { RUN_ID_HEX = 8 };

/* Checks of what comes from outside; the error says what is allowed. */
bool profile_name_check(const char *name, struct error *); /* reserved prefixes too */
bool session_name_check(const char *name, struct error *);
bool service_name_is_valid(const char *name);    /* ^[a-z0-9][a-z0-9_-]{0,62}$ */
bool service_name_is_reserved(const char *name); /* main, ns, net, bridge-proxy, viewer, claude */
bool run_id_is_valid(const char *id);

void run_id_make(char ret[static RUN_ID_HEX + 1]); /* random */

/* Of the real path of a project directory; on macOS the path is folded to lower case first. */
void project_hash(const char *real_dir, char ret[static HASH_SHORT + 1]);

/* Of machine id, user id and $CCPOD_INSTANCE: keeps users and CI jobs on one engine apart. */
void owner_id(char ret[static HASH_SHORT + 1]);

/* Texts to be freed. */
char *name_main(const char *profile, const char *project_hash);
char *name_main_run(const char *profile, const char *project_hash, const char *run_id);
char *name_main_session(const char *profile, const char *project_hash, const char *session);
char *name_service(const char *profile, const char *project_hash, const char *service);
char *name_network(const char *profile, const char *project_hash);
char *name_holder(const char *profile, const char *project_hash, unsigned n);
char *name_plugins(const char *profile, const char *project_hash); /* hash NULL: the profile's */
char *name_local_image(const char *profile, const char *hash);     /* with ":latest" */

#endif
