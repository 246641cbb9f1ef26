/* json.c - see json.h. */
#include "base/json.h"

#include <stdint.h>
#include <string.h>

#include "base/file.h"
#include "base/limits.h"
#include "base/mem.h"

void json_cleanup(json_t **json)
{
    json_decref(*json);
}

json_t *json_parse(const char *text, size_t n, const char *name, struct error *err)
{
    json_error_t why;
    json_t *json = json_loadb(text, n, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &why);
    if (!json)
        error_set(err, "%s:%d:%d: %s", name, why.line, why.column, why.text);
    return json;
}

/* As long as the text was; true where there was one. */
static bool replace_nuls(char *text, size_t n)
{
    static const char nul[] = "\\u0000", other[] = "\\ufffd";
    enum { ESCAPE = sizeof nul - 1 };
    char *at = text, *end = text + n;
    bool found = false;
    while ((at = memchr(at, '\\', (size_t)(end - at))) && end - at >= ESCAPE) {
        if (memcmp(at, nul, ESCAPE) == 0) {
            memcpy(at, other, ESCAPE);
            found = true;
        }
        at += 2; /* what is escaped may be a backslash */
    }
    return found;
}

json_t *json_parse_foreign(const char *text, size_t n, const char *name, struct error *err)
{
    cleanup_error struct error why = {0};
    json_t *json = json_parse(text, n, name, &why);
    if (json)
        return json;
    cleanup_free char *copy = mem_alloc(n + 1);
    memcpy(copy, text, n);
    if (replace_nuls(copy, n))
        return json_parse(copy, n, name, err);
    error_move(err, &why);
    return NULL;
}

json_t *json_read_file(const char *path, struct error *err)
{
    cleanup_str struct str text = STR(LIMIT_JSON_FILE);
    if (!file_read(path, FILE_FOLLOW, &text, err))
        return NULL;
    return json_parse(text.s, text.len, path, err);
}

json_t *json_at(const json_t *json, const char *path)
{
    while (json && *path) {
        size_t n = strcspn(path, ".");
        cleanup_free char *key = mem_strndup(path, n);
        json = json_object_get(json, key);
        path += n + (path[n] == '.');
    }
    return (json_t *)(uintptr_t)json;
}

const char *json_text_at(const json_t *json, const char *path)
{
    return json_string_value(json_at(json, path));
}

long long json_int_at(const json_t *json, const char *path, long long missing)
{
    const json_t *at = json_at(json, path);
    return json_is_integer(at) ? json_integer_value(at) : missing;
}

bool json_is_true_at(const json_t *json, const char *path)
{
    return json_is_true(json_at(json, path));
}

bool json_check_text(const char *text, const char *what, struct error *err)
{
    if (text_is_utf8(text, strlen(text)))
        return true;
    error_set(err, "%s %s: bytes that are not UTF-8", what, text);
    return error_hint(err, "the engine can be told nothing else: rename or convert it");
}

bool json_check_texts(const struct strv *list, const char *what, struct error *err)
{
    for (size_t i = 0; i < list->n; i++)
        if (!json_check_text(list->v[i], what, err))
            return false;
    return true;
}

char *json_line(const json_t *json)
{
    return json_dumps(json, JSON_COMPACT | JSON_ENCODE_ANY);
}
