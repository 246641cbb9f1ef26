/* wants.c - see wants.h. Every line begins with what kind of thing it is; wants_summary() counts
 * by these words. What runs comes first, so that no number of other lines hides it, and a line that
 * is cut says so. */
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
    size_t n = strlen(line);
    if (n > LIMIT_FOREIGN_TEXT) {
        n = LIMIT_FOREIGN_TEXT - strlen("...");
        while (n && ((unsigned char)line[n] & 0xc0) == 0x80) /* within a character */
            n--;
        memcpy(line + n, "...", sizeof "...");
    }
    if (!strv_has(ret, line))
        strv_add(ret, line);
}

/* What a hook or a server runs or talks to, as one line. */
static char *what_runs(const json_t *thing)
{
    static const struct {
        const char *name, *label;
    } keys[] = {
        {"command",       ""               },
        {"args",          ""               },
        {"url",           ""               },
        {"headersHelper", "headersHelper: "},
        {"env",           ""               }
    };
    struct str line = STR(2 * LIMIT_JSON_FILE); /* no word may be missing, however long */
    const char *name;
    json_t *word;
    size_t n;

    for (size_t i = 0; i < array_size(keys); i++) {
        json_t *value = json_object_get(thing, keys[i].name);
        if (json_is_string(value))
            str_addf(&line, "%s%s%s", line.len ? " " : "", keys[i].label, json_string_value(value));
        json_array_foreach(value, n, word)
        {
            if (json_is_string(word))
                str_addf(&line, " %s", json_string_value(word));
        }
        json_object_foreach(value, name, word)
        {
            str_addf(&line, " (%s %s)", keys[i].name, name);
        }
    }
    return line.len ? str_take(&line) : json_line(thing);
}

static void want_group(const char *event, json_t *group, struct strv *ret)
{
    json_t *hook;
    size_t i;

    json_array_foreach(json_at(group, "hooks"), i, hook)
    {
        cleanup_free char *line = what_runs(hook);
        want(ret, "hook %s: %s", event, line ? line : "?");
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

/* The parts of a settings file, in the order in which they are told. */
enum part { HOOKS, COMMANDS, OTHERS };

/* "statusLine.command", "apiKeyHelper", "awsAuthRefresh": Claude runs it. */
static enum part part_of(const char *name, const json_t *value)
{
    static const char *const ends[] = {"command", "Helper", "Refresh", "Export"};
    for (size_t i = 0; i < array_size(ends); i++)
        if (json_is_string(value) && text_ends(name, ends[i]))
            return COMMANDS;
    return OTHERS;
}

static void want_setting(enum part part, const char *key, json_t *value, struct strv *ret)
{
    const char *name;
    json_t *entry;
    bool permissions = strcmp(key, "permissions") == 0, env = strcmp(key, "env") == 0;

    if (strcmp(key, "hooks") == 0) {
        if (part == HOOKS)
            want_hooks(value, ret);
    } else if (json_object_size(value)) {
        json_object_foreach(value, name, entry)
        {
            enum part mine = env ? OTHERS : part_of(name, entry);
            if (mine != part || (permissions && (!strcmp(name, "deny") || !strcmp(name, "ask"))))
                continue;
            if (mine == COMMANDS)
                want(ret, "setting %s.%s: %s", key, name, json_string_value(entry));
            else
                want(ret, "setting %s.%s", key, name);
        }
    } else if (part_of(key, value) != part) {
        return;
    } else if (json_is_string(value)) {
        want(ret, "setting %s: %s", key, json_string_value(value));
    } else {
        want(ret, "setting %s", key);
    }
}

static void want_settings(enum part part, const json_t *settings, struct strv *ret)
{
    cleanup_strv struct strv left_out = {0};
    if (settings)
        json_decref(trust_allowed_settings(settings, &left_out));
    for (size_t i = 0; i < left_out.n; i++)
        want_setting(part, left_out.v[i], json_object_get(settings, left_out.v[i]), ret);
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
    json_t *server;

    json_object_foreach(json_at(mcp, "mcpServers"), name, server)
    {
        cleanup_free char *line = what_runs(server);
        want(ret, "MCP server %s: %s", name, line ? line : "?");
    }
}

void wants_list(
    const struct project *project, const struct snapshot *snap, const json_t *mcp, struct strv *ret)
{
    cleanup_strv struct strv allowed = {0}, others = {0};

    want_settings(HOOKS, snap->settings, ret);
    want_settings(HOOKS, snap->local_settings, ret);
    want_servers(mcp, ret);
    want_settings(COMMANDS, snap->settings, ret);
    want_settings(COMMANDS, snap->local_settings, ret);
    want_files(&snap->files, ret);
    want_settings(OTHERS, snap->settings, ret);
    want_settings(OTHERS, snap->local_settings, ret);
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
