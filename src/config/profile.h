/* profile.h - profile.yml as a plain struct: what its owner, who is trusted, has decided.
 *
 * profile_read() checks everything, applies the defaults and makes paths absolute. Calling order:
 * profile_name_check() (config/names.h) on any name from outside, profile_read(), use,
 * profile_release(). A zeroed struct is empty. */
#ifndef CONFIG_PROFILE_H
#define CONFIG_PROFILE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "base/map.h"
#include "base/str.h"
#include "config/bridge_map.h"
#include "config/home.h"
#include "config/node.h"
#include "config/ports.h"
#include "config/schema.h"
#include "config/service.h"

enum source_kind { SOURCE_LOCAL, SOURCE_GIT };
enum sync_when { SYNC_ALWAYS, SYNC_DAILY, SYNC_PIN };
enum auth_type { AUTH_API_KEY, AUTH_OAUTH };
enum permissions {
    PERMISSIONS_NONE,
    PERMISSIONS_CONSERVATIVE,
    PERMISSIONS_MODERATE,
    PERMISSIONS_PERMISSIVE
};
enum state_mode { STATE_EPHEMERAL, STATE_PERSISTENT };
enum network_policy { NETWORK_FULL, NETWORK_RESTRICTED };
enum hardening { HARDENING_DEFAULT, HARDENING_RELAXED };

/* The Claude config tree. */
struct profile_source {
    enum source_kind kind;
    char *path; /* local: absolute; git: where the clone lies */
    char *repo; /* git */
    char *ref;  /* git; NULL: the remote's HEAD */
    enum sync_when sync;
};

struct image_settings {
    char *use;        /* a reference, or "build" */
    char *dockerfile; /* {{profile_dir}} and ~ in place; may be relative to the project; or NULL */
};

struct auth_settings {
    enum auth_type type;
    char *key_env;
    char *key_file; /* absolute, in the ccpod home, links not yet resolved; NULL: none */
};

struct ssh_settings {
    bool agent_forward, mount_ssh_dir;
};

struct viewer_settings {
    bool on;
    long long port;
};

struct network_settings {
    enum network_policy policy;
    bool policy_given;
    struct strv allow; /* host names, "*.suffix", addresses, CIDRs, preset names */
};

struct port_settings {
    struct ports list;
    bool auto_detect_mcp;
    bool auto_detect_given;
};

struct workspace_settings {
    char *target; /* absolute, or "same"; profile only */
    struct strv mask;
};

struct mount {
    char *source; /* on the host, absolute */
    char *target;
    bool read_only;
};

struct mounts {
    struct mount *items;
    size_t n;
};

struct profile {
    char *file, *dir; /* where it was read from */
    struct node root; /* of the file: for the places of what is found later */

    char *name;
    char *description; /* NULL: none */
    struct profile_source config;
    struct image_settings image;
    struct auth_settings auth;
    struct strv claude_args;
    enum permissions permissions;
    struct strv plugins;
    enum state_mode state;
    struct ssh_settings ssh;
    bool isolation;
    bool trust_projects;
    struct network_settings network;
    struct port_settings ports;
    struct services services;
    struct strv env; /* entries as written: config/env.h */
    struct strv init;
    struct resources resources;
    struct strv ca_certificates; /* absolute paths on the host */
    struct workspace_settings workspace;
    struct mounts mounts;
    enum hardening hardening;
    struct bridge_map bridge;
    bool compose; /* the containers of the project's Compose project count as the project's */
    struct viewer_settings viewer;
    bool allow_project_host_mounts, allow_project_init, allow_project_network;
};

extern const struct setting profile_settings[];

/* Tables that both files share. */
extern const struct setting network_settings[];
extern const struct setting port_settings[];
extern const struct setting workspace_settings[];

/* There is nothing of that name; one that cannot be looked at is not missing. */
bool profile_is_missing(const struct ccpod_home *, const char *name);

/* Reads profiles/<name>/profile.yml. An unknown name is an error that names those that exist. */
bool profile_read(const struct ccpod_home *, const char *name, struct profile *ret, struct error *);

/* The same from text: `file` is for messages, `dir` the profile's directory. */
bool profile_parse(const struct ccpod_home *, const char *text, size_t n, const char *file,
    const char *dir, struct profile *ret, struct error *);

/* The names under profiles/, sorted; broken ones too. */
void profile_names(const struct ccpod_home *, struct strv *ret);

void mounts_release(struct mounts *);
void profile_release(struct profile *);

#endif
