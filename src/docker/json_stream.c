/* json_stream.c - see json_stream.h. Braces and brackets are counted outside of strings to find
 * where an object ends; whether it is JSON is jansson's to say. */
#include "docker/json_stream.h"

#include <string.h>

#include "base/json.h"
#include "base/limits.h"

void json_stream_init(struct json_stream *s, void (*object)(void *user, const json_t *), void *user)
{
    *s = (struct json_stream){.object = object, .user = user};
    str_init(&s->text, LIMIT_JSON_OBJECT);
}

void json_stream_release(struct json_stream *s)
{
    if (s->object)
        str_release(&s->text);
    *s = (struct json_stream){0};
}

static bool is_separator(char c)
{
    return c && strchr(" \t\r\n\036", c);
}

/* Looks at one byte of an object; true where it is the last. */
static bool is_last_byte(struct json_stream *s, char c)
{
    if (s->escaped)
        s->escaped = false;
    else if (s->in_string && c == '\\')
        s->escaped = true;
    else if (c == '"')
        s->in_string = !s->in_string;
    else if (!s->in_string && (c == '{' || c == '['))
        s->depth++;
    else if (!s->in_string && (c == '}' || c == ']'))
        return --s->depth == 0;
    return false;
}

/* Takes bytes up to the end of the object, or all there are; returns how many. */
static size_t take_bytes(struct json_stream *s, const char *bytes, size_t n, bool *ret_whole)
{
    size_t i = 0;
    *ret_whole = false;
    while (i < n && !*ret_whole)
        *ret_whole = is_last_byte(s, bytes[i++]);
    str_add(&s->text, bytes, i);
    return i;
}

static bool hand_out(struct json_stream *s, struct error *err)
{
    cleanup_json json_t *object = json_parse_foreign(s->text.s, s->text.len, "stream", err);
    str_clear(&s->text);
    if (object)
        s->object(s->user, object);
    return object != NULL;
}

static bool feed(struct json_stream *s, const char *bytes, size_t n, struct error *err)
{
    while (n) {
        bool whole;
        if (!s->depth && is_separator(*bytes)) {
            bytes++;
            n--;
            continue;
        }
        if (!s->depth && *bytes != '{')
            return error_set(err, "the engine's answer is no stream of JSON objects");
        size_t used = take_bytes(s, bytes, n, &whole);
        if (s->text.full)
            return error_set(err, "an object is larger than %d bytes", LIMIT_JSON_OBJECT);
        if (whole && !hand_out(s, err))
            return false;
        bytes += used;
        n -= used;
    }
    return true;
}

bool json_stream_feed(struct json_stream *s, const char *bytes, size_t n, struct error *err)
{
    if (!s->broken)
        s->broken = !feed(s, bytes, n, err);
    return !s->broken;
}
