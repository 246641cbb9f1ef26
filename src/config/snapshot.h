/* snapshot.h - what of a project reaches Claude, read once.
 *
 * What was asked about, what is hashed and what is used are the same bytes. The hash covers path,
 * mode and content of .ccpod.yml, .mcp.json, everything in .claude/, and each file of the project
 * that a setting or an MCP server names: what can run. CLAUDE.md is text and not part of it. */
#ifndef CONFIG_SNAPSHOT_H
#define CONFIG_SNAPSHOT_H

#include <jansson.h>
#include <stdbool.h>

#include "base/error.h"
#include "base/hash.h"
#include "base/str.h"
#include "config/masks.h"
#include "config/project.h"

struct snapshot {
    char hash[HASH_HEX + 1];
    char *claude_md;        /* CLAUDE.md, then .claude/CLAUDE.md; NULL: neither */
    json_t *settings;       /* .claude/settings.json; NULL: none, or not understood */
    json_t *local_settings; /* .claude/settings.local.json */
    char *mcp;              /* .mcp.json; NULL: none */
    struct strv files;      /* of .claude/: paths relative to it, sorted */

    /* What needs trust, a line each, as foreign text: "hook PreToolUse: ./check.sh". Empty: the
     * project asks for nothing that would run or steer Claude. */
    struct strv wants;

    /* Why a settings file or .mcp.json is not understood, as foreign text; NULL: all are. Claude
     * may understand it all the same: JavaScript takes doubled keys, 1e999 and half surrogates.
     * So nobody can be told what it asks for, and a yes to the question would be to something
     * else. */
    char *unread;
};

/* Fails where a file that is read leads out of the project, or there is too much to hash. What
 * `masks` hide (NULL: nothing) is hashed and asked about like all else, as an answer must hold for
 * every profile; but it is then left out of claude_md, settings, local_settings and mcp. */
bool snapshot_read(const struct project *, const struct masks *, struct snapshot *ret,
    struct strv *warnings, struct error *);

void snapshot_release(struct snapshot *);

#endif
