/* credentials_fit.c - what is kept where not all of it fits: see credentials.h. */
#include <stdlib.h>
#include <string.h>

#include "base/credentials.h"
#include "base/json.h"
#include "base/limits.h"
#include "base/mem.h"

/* One key that may be left out, and how long it is in its file. */
struct part {
    json_t *in;
    const char *key;
    size_t size;
};

static size_t size_of(const json_t *json)
{
    cleanup_free char *text = json_line(json);
    return strlen(text);
}

static int by_size_largest_first(const void *a, const void *b)
{
    const struct part *x = a, *y = b;
    if (x->size != y->size)
        return x->size < y->size ? 1 : -1;
    return -strcmp(x->key, y->key);
}

/* With the quotes of its name, the colon, and a comma in place of the braces here. */
static struct part part_of(json_t *in, const char *key, json_t *value)
{
    cleanup_json json_t *alone = json_object();
    json_object_set(alone, key, value);
    return (struct part){in, key, size_of(alone) - 1};
}

/* Every key but `kept`; a server has its own tokens, so each is a part of its own. */
static size_t parts_of(json_t *json, const char *kept, json_t *servers, struct part *ret)
{
    const char *key;
    json_t *value;
    size_t n = 0;

    json_object_foreach(json, key, value)
    {
        if (strcmp(key, kept) != 0 && value != servers)
            ret[n++] = part_of(json, key, value);
    }
    json_object_foreach(servers, key, value)
    {
        ret[n++] = part_of(servers, key, value);
    }
    return n;
}

static bool fit(json_t *json, const char *kept, json_t *servers)
{
    if (!json)
        return false;
    size_t size = size_of(json), n = json_object_size(json) + json_object_size(servers);
    if (size <= LIMIT_CREDENTIALS_KEPT)
        return false;
    cleanup_free struct part *parts = mem_zalloc((n + 1) * sizeof *parts);
    n = parts_of(json, kept, servers, parts);
    qsort(parts, n, sizeof *parts, by_size_largest_first);
    for (size_t i = 0; i < n && size > LIMIT_CREDENTIALS_KEPT; i++) {
        size -= parts[i].size;
        json_object_del(parts[i].in, parts[i].key);
    }
    return true;
}

bool credentials_fit(json_t *credentials)
{
    json_t *servers = json_object_get(credentials, "mcpOAuth");
    return fit(credentials, "claudeAiOauth", json_is_object(servers) ? servers : NULL);
}

json_t *credentials_within_limit(const json_t *merged, const json_t *found)
{
    json_t *login = json_object_get(merged, "claudeAiOauth");
    if (size_of(merged) <= LIMIT_CREDENTIALS)
        return json_deep_copy(merged);
    json_t *copy = json_deep_copy(found);
    if (login)
        json_object_set_new(copy, "claudeAiOauth", json_deep_copy(login));
    return copy;
}

bool account_fit(json_t *account)
{
    return fit(account, "oauthAccount", NULL);
}
