/* trust.h - the trust boundary: what a repository may have done here.
 *
 * Trust is kept as an empty file ~/.ccpod/trust/<projecthash>/<hash of the snapshot>: another
 * place, or other content, asks again; going back to content that was trusted does not. A "no" is
 * kept beside it, with ".no" behind the name: that content is not asked about again. */
#ifndef CONFIG_TRUST_H
#define CONFIG_TRUST_H

#include <jansson.h>
#include <stdbool.h>

#include "base/error.h"
#include "base/str.h"
#include "config/home.h"
#include "config/profile.h"
#include "config/project.h"

enum trust {
    TRUST_NOT_NEEDED, /* the project asks for nothing that needs it */
    TRUST_NONE,
    TRUST_GIVEN, /* stored, --trust-project, or trustProjects */
};

bool trust_is_stored(const struct ccpod_home *, const char *project_hash, const char *hash);
bool trust_store(
    const struct ccpod_home *, const char *project_hash, const char *hash, struct error *);
bool trust_is_refused(const struct ccpod_home *, const char *project_hash, const char *hash);
bool trust_refuse(
    const struct ccpod_home *, const char *project_hash, const char *hash, struct error *);

/* Forgets all answers about the project. */
bool trust_forget(const struct ccpod_home *, const char *project_hash, struct error *);

/* What always holds for a project's services: volumes and ports, unless the profile allows host
 * mounts. All findings at once, with their places in the file; addresses that may be are filled
 * in. */
bool trust_confine_services(const struct profile *, struct project *, struct error *);

/* The name of what a profile has that a project may not choose by itself ("trustProjects");
 * NULL: nothing. */
const char *trust_needed_for(const struct profile *);

/* The arguments for claude that an untrusted project may give: --model M, --verbose,
 * --append-system-prompt T. Others go to `left_out`. */
void trust_split_args(const struct strv *args, struct strv *allowed, struct strv *left_out);

/* The settings that an untrusted project may give (permissions.deny and .ask, model, outputStyle,
 * language), as a new object; the names of the others are added to `left_out`, which may be
 * NULL. */
json_t *trust_allowed_settings(const json_t *settings, struct strv *left_out);

#endif
