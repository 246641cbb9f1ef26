/* wants.c - see wants.h. Every line begins with what kind of thing it is; wants_summary() counts
 * by these words. */
#include "config/wants.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/limits.h"
#include "base/mem.h"
#include "config/env.h"
#include "config/trust.h"

static const struct {
    const char *one, *many;
} kinds[] = {
    {"hook",       "hooks"      },
    {"skill",      "skills"     },
    {"command",    "commands"   },
    {"agent",      "agents"     },
    {"file",       "other files"},
    {"setting",    "settings"   },
    {"MCP server", "MCP servers"},
    {"env",        "env entries"},
    {"claudeArgs", "claudeArgs" },
};

__attribute__((format(printf, 2, 3))) static void want(struct strv *ret, const char *fmt, ...)
{
    if (ret->n == LIMIT_WANTS)
        return;
    va_list ap;
    va_start(ap, fmt);
    cleanup_free char *line = mem_vprintf(fmt, ap);
    va_end(ap);
    cleanup_free char *cut = mem_strndup(line, LIMIT_FOREIGN_TEXT);
    if (!strv_has(ret, cut))
        strv_add(ret, cut);
}

static void want_group(const char *event, json_t *group, struct strv *ret)
{
    json_t *hook;
    size_t i;

    json_array_foreach(json_at(group, "hooks"), i, hook)
    {
        const char *does = json_text_at(hook, "command");
        cleanup_free char *line = does ? NULL : json_line(hook);
        want(ret, "hook %s: %s", event, does ? does : line ? line : "?");
    }
}

static void want_hooks(json_t *hooks, struct strv *ret)
{
    const char *event;
    json_t *groups, *group;
    size_t i, before = ret->n;

    json_object_foreach(hooks, event, groups)
    {
        json_array_foreach(groups, i, group)
        {
            want_group(event, group, ret);
        }
    }
    if (ret->n == before)
        want(ret, "hook: in settings.json");
}

static void want_setting(const char *key, json_t *value, struct strv *ret)
{
    const char *name;
    json_t *entry;
    bool permissions = strcmp(key, "permissions") == 0;

    if (strcmp(key, "hooks") == 0) {
        want_hooks(value, ret);
    } else if (json_object_size(value)) {
        json_object_foreach(value, name, entry)
        {
            if (!permissions || (strcmp(name, "deny") != 0 && strcmp(name, "ask") != 0))
                want(ret, "setting %s.%s", key, name);
        }
    } else if (json_is_string(value)) {
        want(ret, "setting %s: %s", key, json_string_value(value));
    } else {
        want(ret, "setting %s", key);
    }
}

static void want_settings(const json_t *settings, struct strv *ret)
{
    cleanup_strv struct strv left_out = {0};
    if (settings)
        json_decref(trust_allowed_settings(settings, &left_out));
    for (size_t i = 0; i < left_out.n; i++)
        want_setting(left_out.v[i], json_object_get(settings, left_out.v[i]), ret);
}

static void want_files(const struct strv *files, struct strv *ret)
{
    static const struct {
        const char *dir, *kind;
    } dirs[] = {
        {"skills/",        "skill"  },
        {"commands/",      "command"},
        {"agents/",        "agent"  },
        {"hooks/",         "hook"   },
        {"output-styles/", "file"   },
        {"rules/",         "file"   },
    };
    for (size_t i = 0; i < files->n; i++)
        for (size_t k = 0; k < array_size(dirs); k++) {
            if (!text_starts(files->v[i], dirs[k].dir))
                continue;
            const char *name = files->v[i] + strlen(dirs[k].dir);
            size_t n = strcmp(dirs[k].kind, "skill") == 0 ? strcspn(name, "/") : strlen(name);
            want(ret, "%s .claude/%s%.*s", dirs[k].kind, dirs[k].dir, (int)n, name);
        }
}

static void want_servers(const json_t *mcp, struct strv *ret)
{
    const char *name;
    json_t *server, *word;
    size_t i;

    json_object_foreach(json_at(mcp, "mcpServers"), name, server)
    {
        cleanup_str struct str line = STR(LIMIT_FOREIGN_TEXT);
        const char *command = json_text_at(server, "command");
        const char *url = json_text_at(server, "url");
        str_addz(&line, command ? command : url ? url : "?");
        json_array_foreach(json_at(server, "args"), i, word)
        {
            if (json_is_string(word))
                str_addf(&line, " %s", json_string_value(word));
        }
        want(ret, "MCP server %s: %s", name, line.s);
    }
}

void wants_list(
    const struct project *project, const struct snapshot *snap, const json_t *mcp, struct strv *ret)
{
    cleanup_strv struct strv allowed = {0}, others = {0};

    want_settings(snap->settings, ret);
    want_settings(snap->local_settings, ret);
    want_files(&snap->files, ret);
    want_servers(mcp, ret);
    for (size_t i = 0; i < project->env.n; i++) {
        const char *entry = project->env.v[i];
        cleanup_free char *name = mem_strndup(entry, strcspn(entry, "="));
        if (!env_is_denied_to_projects(name))
            want(ret, "env %s", name);
    }
    trust_split_args(&project->claude_args, &allowed, &others);
    for (size_t i = 0; i < others.n; i++)
        want(ret, "claudeArgs %s", others.v[i]);
}

char *wants_summary(const struct strv *wants)
{
    cleanup_str struct str text = STR(LIMIT_MESSAGE);
    for (size_t k = 0; k < array_size(kinds); k++) {
        size_t n = 0;
        for (size_t i = 0; i < wants->n; i++)
            n += text_starts(wants->v[i], kinds[k].one);
        if (n)
            str_addf(
                &text, "%s%zu %s", text.len ? ", " : "", n, n == 1 ? kinds[k].one : kinds[k].many);
    }
    return str_take(&text);
}
