/* tree.c - see tree.h. */
#include "config/tree.h"

#include <stddef.h>
#include <string.h>
#include <strings.h>

#include "base/mem.h"
#include "base/str.h"

static bool is_one_of(const char *name, const char *const *list, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (strcasecmp(name, list[i]) == 0) /* file systems that ignore case */
            return true;
    return false;
}

bool tree_is_excluded(const char *name, bool at_top)
{
    static const char *const anywhere[] = {".git", ".credentials.json", ".claude.json"};
    static const char *const top[] = {"backups", "cache", "chrome", "debug", "downloads",
        "file-history", "history.jsonl", "ide", "jobs", "local", "logs",
        "mcp-needs-auth-cache.json", "paste-cache", "plans", "plugins", "projects", "session-env",
        "sessions", "shell-snapshots", "stats-cache.json", "statsig", "tasks", "teams", "telemetry",
        "todos", "usage-data", "worktrees", "__store.db"};

    return is_one_of(name, anywhere, array_size(anywhere)) ||
           (at_top &&
               (is_one_of(name, top, array_size(top)) || text_starts(name, ".claude.json.") ||
                   text_starts(name, ".ccpod-") || text_starts(name, ".credentials.json.")));
}
