/* trust.h - the trust boundary: what a repository may have done here.
 *
 * Whatever ccpod reads in a project is read once, by trust_snapshot(), and used from there, so
 * that what was asked about, hashed, and used are the same bytes. A project that asks for nothing
 * that runs or steers Claude needs no trust and causes no question.
 *
 * Trust is kept as ~/.ccpod/trust/<projecthash>/<hash over path, mode and content>. */
#ifndef CONFIG_TRUST_H
#define CONFIG_TRUST_H

#include <jansson.h>
#include <stdbool.h>

#include "base/error.h"
#include "base/hash.h"
#include "base/str.h"
#include "config/home.h"
#include "config/profile.h"
#include "config/project.h"

enum trust {
    TRUST_NOT_NEEDED, /* nothing of the project needs it */
    TRUST_NONE,
    TRUST_GIVEN, /* stored, --trust-project, or trustProjects */
};

/* The files of a project that matter to Claude, as they were when read. */
struct snapshot {
    char hash[HASH_HEX + 1];
    char *claude_md;      /* CLAUDE.md, imports unresolved; NULL: none */
    json_t *settings;     /* .claude/settings.json; NULL: none */
    char *mcp;            /* .mcp.json; NULL: none */
    struct strv assets;   /* paths in .claude/ of skills, hooks, commands, agents, ... */
    struct strv left_out; /* what needs trust, a line each, harmless: for the question */
};

bool trust_snapshot(
    const struct project *, struct snapshot *ret, struct strv *warnings, struct error *);
void snapshot_release(struct snapshot *);

bool trust_is_stored(const struct ccpod_home *, const char *project_hash, const char *hash);
bool trust_store(const struct ccpod_home *, const char *project_hash, const char *hash,
    const char *project_dir, struct error *);
bool trust_forget(const struct ccpod_home *, const char *project_hash, struct error *);

/* Findings against the rules that always hold for a project's services (volumes, ports); rewrites
 * what may be rewritten. */
bool trust_check_services(const struct profile *, struct project *, struct error *);

#endif
