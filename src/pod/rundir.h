/* rundir.h - ~/.ccpod/run/<run id>/: what one run hands in and takes out.
 *
 *     in/   mounted read-only: secrets (gone once the guest has read them), credentials
 *     out/  mounted writable: what the guest hands out; hostile, see pod/store.h
 *     lease     who has made it (pod/sweep.h)
 *     profile   the profile's name: whose credentials these are
 *     config    the path of the merged config dir that is mounted
 *     project   the project, where the run leaves something for its next one (pod/project_state.h)
 *     empty     an empty file, mounted over what is masked
 *
 * Private to the user. It lives as long as its container: a supervisor that was killed leaves
 * both, and the next one salvages from them. So does one that had to give up a create; what it has
 * handed in is gone. */
#ifndef POD_RUNDIR_H
#define POD_RUNDIR_H

#include <stdbool.h>

#include "base/map.h"
#include "base/str.h"
#include "config/home.h"
#include "config/names.h"

#define RUNDIR_SIGNATURE "lease"

struct rundir {
    char id[RUN_ID_HEX + 1];
    char *dir, *in, *out;
};

/* Chooses a run id and the paths for it; makes nothing. */
void rundir_plan(struct rundir *, const struct ccpod_home *);

/* Makes the directories for a run id that is not in use. The signature is in it, to its end, before
 * anything else is: whoever makes it may be killed at any time, and what is unsigned is swept. */
bool rundir_make(struct rundir *, const struct ccpod_home *, const char *signature,
    const char *profile, const char *merged_dir, struct error *);

/* Adds the merged config dirs that containers may have mounted. */
void rundir_configs(const struct ccpod_home *, struct strv *ret);

/* Calls `each` for every run directory of the profile (NULL: of all), whoever made it. */
void rundir_each(const struct ccpod_home *, const char *profile,
    void (*each)(const struct rundir *, void *user), void *user);

/* The run directory of a container that runs already, by its out/ directory. */
void rundir_adopt(struct rundir *, const char *out_dir);

/* Whose it is; NULL: it was never made to its end. The caller frees. */
char *rundir_profile(const struct rundir *);

/* Notes which project's state the run has at which workspace. */
bool rundir_note_project(
    const struct rundir *, const char *hash, const char *workspace, struct error *);
bool rundir_project(const struct rundir *, char **ret_hash, char **ret_workspace); /* if noted */

/* Writes the secrets file; readable for the user alone. An empty map writes an empty file. */
bool rundir_write_secrets(const struct rundir *, const struct map *secrets, struct error *);

/* Writes what git says of the user: GUEST_GIT_NAME, GUEST_GIT_EMAIL. Before the container starts.
 */
bool rundir_write_git(const struct rundir *, const struct map *user, struct error *);

/* Removes the secrets file; that it is gone already is fine. */
void rundir_forget_secrets(const struct rundir *);

/* Removes in/ with all that is in it: a container that is yet to be made is refused then. */
void rundir_take_back(const struct rundir *);

/* The directory once more, with its signature and nothing else. */
bool rundir_sign_anew(const struct rundir *, const char *signature, struct error *);

/* Has the guest left this mark in out/? */
bool rundir_has_mark(const struct rundir *, const char *mark);

/* Removes the directories with all that is in them, first what the run was given. */
void rundir_remove(struct rundir *);
void rundir_remove_dir(const char *dir); /* by its path; what stays is said */
void rundir_release(struct rundir *);

#endif
