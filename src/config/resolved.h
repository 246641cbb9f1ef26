/* resolved.h - the resolved config: profile, project and command line made one.
 *
 *     struct resolved r = { 0 };
 *     if (!resolve(&flags, &r, err))           // files, trust, env, auth, ports: no engine, no git
 *         ...
 *     sync the profile's source if r.profile.config.kind is SOURCE_GIT and it is due
 *     if (!resolve_assets(&r, err))            // settings.json, CLAUDE.md, MCP servers
 *         ...
 *     merged_dir_write(&home, &r, &path, err)  // profile/merged_dir.h
 *     resolved_release(&r);
 *
 * What does not merge is read from `profile` as it is (ssh, resources, mounts, hardening, viewer,
 * ca_certificates, ...); what merges stands beside it. Texts of the project are foreign: they go
 * through log.h or str_add_harmless() before anyone sees them. */
#ifndef CONFIG_RESOLVED_H
#define CONFIG_RESOLVED_H

#include <jansson.h>
#include <stdbool.h>

#include "base/error.h"
#include "base/hash.h"
#include "base/str.h"
#include "config/auth.h"
#include "config/bridge_map.h"
#include "config/env.h"
#include "config/home.h"
#include "config/masks.h"
#include "config/profile.h"
#include "config/project.h"
#include "config/snapshot.h"
#include "config/trust.h"

/* What the command line says. All texts are borrowed. */
struct resolve_flags {
    const struct ccpod_home *home;
    const char *profile;            /* --profile; NULL: the project's, else "default" */
    const char *dir;                /* where ccpod was started, or -C */
    bool here;                      /* --here: take `dir` as project, whatever it is */
    const struct strv *env;         /* --env entries; NULL: none */
    const struct strv *claude_args; /* behind "--"; NULL: none */
    bool trust_project;             /* --trust-project */
    const char *trusted_hash;       /* the user said yes to this snapshot; NULL: was not asked */
    bool no_state;                  /* --no-state */
    bool headless;                  /* no auth is then an error of resolve_assets() */
};

struct image {
    bool build;
    char *reference;  /* where build is false */
    char *dockerfile; /* absolute, where build is true */
    char *context;    /* absolute: its build context */
};

struct resolved {
    struct profile profile;
    struct project project; /* dir, file; its settings are merged below */
    char project_hash[HASH_SHORT + 1];

    struct image image;
    struct auth auth;         /* complete after resolve_assets() */
    bool headless;            /* without auth is then an error of resolve_assets() */
    struct env env;           /* plain for the create request, secret for the secrets file */
    struct strv claude_flags; /* ours, before all others: --setting-sources, ... */
    struct strv claude_args;  /* profile's, project's, command line's */
    enum state_mode state;
    struct network_settings network;
    struct ports ports; /* of the main container: declared and from .mcp.json */
    bool auto_detect_mcp;
    struct services services;
    struct strv init, plugins;
    char *plugin_volume;
    char *workspace_target; /* absolute, inside the container */
    struct masks masks;
    struct bridge_map bridge;

    enum trust trust;
    struct snapshot snapshot; /* hash and wants: for the question */
    bool bypass;              /* the profile or the command line asked for bypass mode */

    /* Set by resolve_assets(). */
    json_t *settings;      /* settings.json of the merged config dir */
    char *claude_md;       /* CLAUDE.md of it; "": none */
    json_t *seen_settings; /* what Claude will make of all layers: `config show` */
    char *seen_claude_md;
    struct strv shadowed; /* paths of the profile's tree that a trusted project's own replace */

    struct strv warnings; /* one line each, in order; texts in them may be foreign */

    bool no_default_profile;
};

/* On failure *ret is empty, but for no_default_profile: the profile would have been "default",
 * nobody named it, and there is none, so that `ccpod init` may offer to make it. */
bool resolve(const struct resolve_flags *, struct resolved *ret, struct error *);

/* Reads the profile's tree, which must be there: local, or synced. May be called again. */
bool resolve_assets(struct resolved *, struct error *);

void resolved_release(struct resolved *);

#endif
