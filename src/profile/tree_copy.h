/* tree_copy.h - a Claude config tree by its content: its hash, and a copy of it.
 *
 * Directories are read in sorted order, links are skipped at every depth, and of a source what is
 * no configuration (config/tree.h) too. A file counts with its path, its content and whether its
 * owner may execute it; times and other modes do not. Empty directories do not count. */
#ifndef PROFILE_TREE_COPY_H
#define PROFILE_TREE_COPY_H

#include <stdbool.h>

#include "base/error.h"
#include "base/hash.h"
#include "base/str.h"

struct tree {
    const char *dir; /* may be missing: an empty tree */

    /* A source; else a tree that was copied before, which is taken as it is. */
    bool is_source;
    const struct strv *shadowed; /* paths that are left out */
    const char *settings;        /* stand for settings.json and CLAUDE.md of the source */
    const char *claude_md;       /* "": none */
};

bool tree_hash(const struct tree *, char ret[static HASH_HEX + 1], struct error *);

/* Copies into the empty directory `to`; the hash is that of what was copied. Directories become
 * 0700, files 0600 or 0700. */
bool tree_copy(const struct tree *, const char *to, char ret[static HASH_HEX + 1], struct error *);

#endif
