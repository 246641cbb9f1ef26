/* home.h - the ccpod home and every path in it.
 *
 *     ~/.ccpod/                      0700; $CCPOD_HOME, or the older $CCPOD_TEST_DIR, moves it
 *       config.yml                   global settings
 *       profiles/<name>/             profile.yml, config/
 *       credentials/<name>/          0700
 *       state/<name>/<projecthash>/  0700
 *       state/<name>/<projecthash>.json  0600; what no container may write (pod/project_state.h)
 *       run/<run id>/                0700; what one run hands in and takes out
 *       run/config/<hash>/           merged config dirs
 *       engines/ trust/ guest/<hash>/
 *
 * A snap-confined engine cannot see hidden directories: what containers mount (run, state, guest)
 * then lies in ~/snap/docker/common/ccpod. Nothing is made here but by home_make(). Callers check
 * names (config/names.h) before they build a path from them. All functions that return a text
 * hand it over to be freed. */
#ifndef CONFIG_HOME_H
#define CONFIG_HOME_H

#include <stdbool.h>

#include "base/error.h"

struct ccpod_home {
    char *dir;    /* absolute; links on the way to it are resolved, if it exists */
    char *shared; /* what containers see: dir, or the snap's directory */
};

/* Finds the home; fails when $CCPOD_HOME is not an absolute path. */
bool home_find(struct ccpod_home *ret, struct error *);
void home_use_snap(struct ccpod_home *); /* the engine is a snap: moves `shared` */
void home_release(struct ccpod_home *);

/* Makes the home and `path` in it (which lies beneath dir or shared), private. */
bool home_make(const struct ccpod_home *, const char *path, struct error *);

char *home_config_file(const struct ccpod_home *);
char *home_profiles_dir(const struct ccpod_home *);
char *home_profile_dir(const struct ccpod_home *, const char *profile);
char *home_profile_file(const struct ccpod_home *, const char *profile);
char *home_profile_config_dir(const struct ccpod_home *, const char *profile);
char *home_credentials_dir(const struct ccpod_home *, const char *profile);
char *home_engines_dir(const struct ccpod_home *);
char *home_trust_dir(const struct ccpod_home *);
char *home_state_dir(const struct ccpod_home *, const char *profile, const char *project_hash);
char *home_state_file(const struct ccpod_home *, const char *profile, const char *project_hash);
char *home_runs_dir(const struct ccpod_home *);
char *home_run_dir(const struct ccpod_home *, const char *run_id);
char *home_merged_dir(const struct ccpod_home *); /* the parent of all merged config dirs */
char *home_guest_dir(const struct ccpod_home *, const char *hash);

#endif
