/* show_yaml.c - see show.h: JSON in YAML's block style. Text is written plain where no reader of
 * any version of YAML could take it for something else, as a block where it has lines, and in
 * double quotes, with everything escaped that moves a cursor or hides, in all other cases. */
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/mem.h"
#include "config/node.h"
#include "config/show.h"

enum { STEP = 2 };

static void indent(struct str *out, int level)
{
    for (int i = 0; i < level * STEP; i++)
        str_addc(out, ' ');
}

static bool is_plain(const char *text)
{
    static const char *const words[] = {"y", "n", "yes", "no", "on", "off"}; /* YAML 1.1 */
    static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
    static const char more[] = "0123456789_./@+-";

    if (!*text || (!strchr(letters, *text) && *text != '/') || node_kind_of(text) != NODE_TEXT)
        return false;
    for (size_t i = 0; i < array_size(words); i++)
        if (strcasecmp(text, words[i]) == 0)
            return false;
    for (const char *s = text; *s; s++) {
        bool inner = (*s == ' ' || *s == ':' || *s == ',') && s[1] && s[1] != ' ';
        if (!strchr(letters, *s) && !strchr(more, *s) && !inner)
            return false;
    }
    return true;
}

/* Does nothing in it need an escape? */
static bool is_harmless(const char *text, size_t n)
{
    cleanup_str struct str same = STR(4 * n + 16);
    str_add_harmless(&same, text, n, same.max);
    return same.len == n && memcmp(same.s, text, n) == 0;
}

/* Lines as they are; not where the first begins with a space, which would change the indent. */
static bool is_block(const char *text)
{
    if (!strchr(text, '\n') || *text == ' ' || *text == '\n')
        return false;
    for (const char *s = text; *s;) {
        size_t n = strcspn(s, "\n");
        if (!is_harmless(s, n) || (n && s[n - 1] == ' '))
            return false;
        s += n + (s[n] == '\n');
    }
    return true;
}

static void add_block(struct str *out, const char *text, int level)
{
    size_t n = strlen(text);
    bool ends = text[n - 1] == '\n', more = ends && n > 1 && text[n - 2] == '\n';

    str_addz(out, more ? "|+\n" : ends ? "|\n" : "|-\n");
    while (*text) {
        size_t line = strcspn(text, "\n");
        if (line)
            indent(out, level);
        str_add(out, text, line);
        str_addc(out, '\n');
        text += line + (text[line] == '\n');
    }
}

static void add_quoted(struct str *out, const char *text)
{
    json_t *json = json_string(text);
    bool plain = is_harmless(text, strlen(text));
    char *quoted = json_dumps(json, JSON_ENCODE_ANY | (plain ? 0 : JSON_ENSURE_ASCII));
    /* JSON leaves DEL as it is. */
    for (const char *s = quoted; *s; s++)
        if (*s == 0x7f)
            str_addz(out, "\\x7f");
        else
            str_addc(out, *s);
    free(quoted);
    json_decref(json);
}

static void add_text(struct str *out, const char *text, int level)
{
    if (is_plain(text)) {
        str_addf(out, "%s\n", text);
    } else if (is_block(text)) {
        add_block(out, text, level);
    } else {
        add_quoted(out, text);
        str_addc(out, '\n');
    }
}

static void add_value(struct str *out, json_t *, int level, bool in_list);

static void add_map(struct str *out, json_t *map, int level, bool in_list)
{
    const char *key;
    json_t *value;
    bool first = true;

    json_object_foreach(map, key, value)
    {
        if (!(first && in_list))
            indent(out, level);
        first = false;
        if (is_plain(key))
            str_addz(out, key);
        else
            add_quoted(out, key);
        str_addc(out, ':');
        add_value(out, value, level + 1, false);
    }
}

static void add_list(struct str *out, json_t *list, int level)
{
    json_t *item;
    size_t i;

    json_array_foreach(list, i, item)
    {
        indent(out, level);
        str_addc(out, '-');
        add_value(out, item, level + 1, true);
    }
}

/* What stands behind "key:" or "-". */
static void add_value(struct str *out, json_t *json, int level, bool in_list)
{
    if (json_is_object(json) && json_object_size(json)) {
        str_addz(out, in_list ? " " : "\n");
        add_map(out, json, level, in_list);
    } else if (json_is_array(json) && json_array_size(json)) {
        str_addc(out, '\n');
        add_list(out, json, level);
    } else if (json_is_string(json)) {
        str_addc(out, ' ');
        add_text(out, json_string_value(json), level);
    } else {
        char *text = json_dumps(json, JSON_ENCODE_ANY | JSON_COMPACT);
        str_addf(out, " %s\n", text);
        free(text);
    }
}

char *show_yaml(const json_t *json)
{
    struct str out = STR(LIMIT_HTTP_ANSWER);
    json_t *copy = json_deep_copy(json);
    add_map(&out, copy, 0, false);
    json_decref(copy);
    return str_take(&out);
}
