/* identity.c - see identity.h. Texts, each ended by a NUL byte: uid, "relaxed" or nothing, the
 * groups, an empty one, then the variables. */
#include "guest/identity.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

static bool add(struct str *ret, const char *text)
{
    return str_add(ret, text, strlen(text) + 1);
}

static bool add_id(struct str *ret, unsigned id)
{
    return str_addf(ret, "%u", id) && str_addc(ret, '\0');
}

bool identity_write(const struct user *user, bool relaxed, const struct map *env, struct str *ret)
{
    add_id(ret, user->uid);
    add(ret, relaxed ? "relaxed" : "");
    for (size_t i = 0; i < user->n_groups; i++)
        add_id(ret, user->groups[i]);
    add(ret, "");
    map_foreach (e, env) {
        str_addf(ret, "%s=%s", e->key, e->value);
        str_addc(ret, '\0');
    }
    return !ret->full;
}

/* The next text of what is left; NULL at its end. */
static const char *next(const struct str *text, size_t *at)
{
    const char *start = text->s + *at;
    if (*at >= text->len || !memchr(start, '\0', text->len - *at))
        return NULL;
    *at += strlen(start) + 1;
    return start;
}

static bool read_id(const char *text, unsigned *ret)
{
    long long id;
    if (!text || !text_number(text, 0, 0xfffffffeLL, &id))
        return false;
    *ret = (unsigned)id;
    return true;
}

static bool read_ids(const struct str *text, size_t *at, struct identity *ret)
{
    if (!read_id(next(text, at), &ret->uid))
        return false;
    const char *part = next(text, at);
    ret->relaxed = part && strcmp(part, "relaxed") == 0;
    while ((part = next(text, at)) && *part)
        if (ret->n_groups == USER_GROUPS || !read_id(part, &ret->groups[ret->n_groups++]))
            return false;
    return part && ret->n_groups;
}

bool identity_read(const struct str *text, struct identity *ret, struct error *err)
{
    size_t at = 0;
    const char *part;

    *ret = (struct identity){0};
    bool ok = read_ids(text, &at, ret);
    while (ok && (part = next(text, &at))) {
        const char *equals = strchr(part, '=');
        cleanup_free char *name = mem_strndup(part, equals ? (size_t)(equals - part) : 0);
        if ((ok = *name != '\0'))
            map_set(&ret->env, name, equals + 1);
    }
    if (ok && at == text->len)
        return true;
    identity_release(ret);
    return error_set(err, "read Claude's environment: it is cut off");
}

void identity_release(struct identity *identity)
{
    map_release(&identity->env);
    *identity = (struct identity){0};
}
