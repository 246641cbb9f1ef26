/* json_pick.c - see json_pick.h. Members are found by their brackets and quotes; what is left out
 * is passed over, a plain string is taken as it stands, and any other value is jansson's to read.
 */
#include "docker/json_pick.h"

#include <stdbool.h>
#include <string.h>

#include "base/json.h"

struct scan {
    const char *at, *end;
};

static void pass_space(struct scan *s)
{
    while (s->at < s->end && (*s->at == ' ' || *s->at == '\n' || *s->at == '\r' || *s->at == '\t'))
        s->at++;
}

static bool is_next(struct scan *s, char c)
{
    pass_space(s);
    return s->at < s->end && *s->at == c;
}

static bool pass(struct scan *s, char c)
{
    bool is = is_next(s, c);
    s->at += is;
    return is;
}

/* At its first quote. A quote ends it unless an odd number of backslashes stands before it. */
static bool pass_string(struct scan *s)
{
    const char *begin = s->at + 1, *quote = s->at;
    while ((quote = memchr(quote + 1, '"', (size_t)(s->end - quote - 1)))) {
        const char *slash = quote;
        while (slash > begin && slash[-1] == '\\')
            slash--;
        if ((quote - slash) % 2 == 0) {
            s->at = quote + 1;
            return true;
        }
    }
    return false;
}

/* Passes a value of any depth: brackets are counted, not matched. */
static bool pass_value(struct scan *s)
{
    size_t depth = 0;
    for (;; s->at++) {
        if (s->at == s->end)
            return false;
        char c = *s->at;
        if (!depth && (c == ',' || c == '}' || c == ']'))
            return true; /* that of what the value is in */
        if (c == '"') {
            if (!pass_string(s))
                return false;
            s->at--;
        } else if (c == '{' || c == '[') {
            depth++;
        } else if (c == '}' || c == ']') {
            depth--;
        }
    }
}

static json_t *read_value(struct scan *s)
{
    cleanup_error struct error ignored = {0};
    const char *begin = s->at;
    if (is_next(s, '"')) {
        begin = s->at + 1;
        if (!pass_string(s))
            return NULL;
        size_t n = (size_t)(s->at - begin) - 1;
        if (!memchr(begin, '\\', n))
            return json_stringn(begin, n);
        begin--;
    } else if (!pass_value(s)) {
        return NULL;
    }
    return json_parse_foreign(begin, (size_t)(s->at - begin), "value", &ignored);
}

static json_t *read_object(struct scan *s, const struct json_pick *picks);

/* The pick of the member whose key `s` stands at, and passes with its colon; `none` where nobody
 * asks for it, NULL where there is no key. */
static const struct json_pick *read_key(struct scan *s, const struct json_pick *picks)
{
    static const struct json_pick none;
    if (!is_next(s, '"'))
        return NULL;
    const char *key = s->at + 1;
    if (!pass_string(s))
        return NULL;
    size_t n = (size_t)(s->at - key) - 1;
    if (!pass(s, ':'))
        return NULL;
    while (picks->key && (strlen(picks->key) != n || memcmp(picks->key, key, n) != 0))
        picks++;
    return picks->key ? picks : &none;
}

static bool read_member(struct scan *s, const struct json_pick *picks, json_t *object)
{
    const struct json_pick *pick = read_key(s, picks);
    if (!pick)
        return false;
    if (!pick->key)
        return pass_value(s);
    json_t *value =
        pick->members && is_next(s, '{') ? read_object(s, pick->members) : read_value(s);
    bool is_first = !json_object_get(object, pick->key);
    return json_object_set_new(object, pick->key, value) == 0 && is_first;
}

static json_t *read_object(struct scan *s, const struct json_pick *picks)
{
    cleanup_json json_t *object = json_object();
    if (!pass(s, '{'))
        return NULL;
    if (!is_next(s, '}'))
        do {
            if (!read_member(s, picks, object))
                return NULL;
        } while (pass(s, ','));
    return pass(s, '}') ? json_incref(object) : NULL;
}

json_t *json_pick(const char *text, size_t n, const struct json_pick *picks)
{
    struct scan s = {.at = text, .end = text + n};
    cleanup_json json_t *list = json_array();
    if (!pass(&s, '['))
        return NULL;
    if (!is_next(&s, ']'))
        do {
            if (json_array_append_new(list, read_object(&s, picks)) != 0)
                return NULL;
        } while (pass(&s, ','));
    bool is_whole = pass(&s, ']');
    pass_space(&s);
    return is_whole && s.at == s.end ? json_incref(list) : NULL;
}
