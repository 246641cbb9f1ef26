/* project.h - .ccpod.yml as a plain struct. It comes with a repository and is not trusted: what of
 * it counts is decided by config/trust.h and config/merge.h, here it is only well-formed.
 *
 * A zeroed struct is a project without a file. */
#ifndef CONFIG_PROJECT_H
#define CONFIG_PROJECT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "base/str.h"
#include "config/bridge_map.h"
#include "config/profile.h"
#include "config/schema.h"
#include "config/service.h"
#include "config/yaml.h"

enum merge_mode { MERGE_DEEP, MERGE_OVERRIDE };
enum claude_md_mode { CLAUDE_MD_APPEND, CLAUDE_MD_OVERRIDE };

struct project_config {
    enum claude_md_mode claude_md;
};

struct project {
    char *dir;        /* real path of the project directory */
    char *file;       /* its .ccpod.yml; NULL: it has none */
    char *text;       /* the file, as it was read */
    bool executable;  /* its mode, as far as it counts */
    struct node root; /* of the file: for the places of what the trust boundary finds */

    char *profile; /* NULL: not given */
    enum merge_mode merge;
    struct strv claude_args;
    struct strv init;
    struct project_config config;
    struct network_settings network;
    struct port_settings ports;
    struct services services;
    struct strv env;
    struct strv plugins;
    struct bridge_map bridge;
    struct workspace_settings workspace; /* mask alone */

    /* Whether a list was given at all, for `merge: override`. */
    bool claude_args_given, init_given, plugins_given;
};

extern const struct setting project_settings[];

/* The project directory of `start`, to be freed: the nearest directory upwards with a .ccpod.yml,
 * else `start` itself. Refuses (unless `here`) the home directory, "/" and directories that contain
 * the ccpod home. The file may be broken: what looks at a project's containers needs none of it. */
char *project_find(const struct ccpod_home *, const char *start, bool here, struct error *);

/* Finds the project of `start`; reads and checks the file. Refuses files and directories that
 * belong to neither the user nor root, and files that lead out of the directory by a link. */
bool project_read(
    const struct ccpod_home *, const char *start, bool here, struct project *ret, struct error *);

/* The profile's name: the one that the command line gives, else the project's, else "default". */
const char *project_profile(const struct project *, const char *given);

/* Reads that profile. Where the project asks for one that is not there, the error says so. */
bool project_profile_read(const struct project *, const struct ccpod_home *, const char *given,
    struct profile *ret, struct error *);

/* The settings alone, from text, into a zeroed struct; release it also after a failure. */
bool project_parse(
    const char *text, size_t n, const char *file, struct project *ret, struct error *);

void project_release(struct project *);

#endif
