/* target.c - see target.h. */
#include "pod/target.h"

#include <string.h>

#include "base/json.h"
#include "base/limits.h"
#include "base/mem.h"
#include "config/names.h"

static void none(const struct members *members, const char *service, struct error *err)
{
    cleanup_str struct str names = STR(LIMIT_MESSAGE);
    for (size_t i = 0; i < members->n; i++)
        if (members->items[i].kind == MEMBER_SIDECAR)
            str_addf(&names, "%s%s", names.len ? ", " : "", members->items[i].type);
    error_set(err, "the service %s does not run in this project", service);
    if (names.len)
        error_hint(err, "these do: %s", names.s);
    else
        error_hint(err, "no service does; `ccpod up` starts what profile and project declare");
}

const struct member *target_service(
    const struct members *members, const char *service, struct error *err)
{
    const struct member *found = NULL;
    for (size_t i = 0; i < members->n; i++) {
        const struct member *m = &members->items[i];
        if (m->kind != MEMBER_SIDECAR || strcmp(m->type, service) != 0)
            continue;
        if (found) {
            error_set(err, "the service %s runs for the profiles %s and %s", service,
                found->profile, m->profile);
            error_hint(err, "say which with --profile");
            return NULL;
        }
        found = m;
    }
    if (!found)
        none(members, service, err);
    return found;
}

static bool is_called(const struct member *m, const char *which)
{
    cleanup_free char *prefix = name_main(m->profile, m->project);
    const char *rest = m->name + strlen(prefix);
    return *rest == '-' && strcmp(rest + 1, which) == 0;
}

static bool is_first_session(const struct member *m)
{
    cleanup_free char *name = name_main(m->profile, m->project);
    return strcmp(m->name, name) == 0;
}

static long long made_at(const struct member *m)
{
    return json_int_at(m->json, "Created", 0);
}

const struct member *target_main(const struct members *members, const char *which)
{
    const struct member *newest = NULL;
    for (size_t i = 0; i < members->n; i++) {
        const struct member *m = &members->items[i];
        if (m->kind != MEMBER_MAIN || (which && !is_called(m, which)))
            continue;
        if (!which && is_first_session(m))
            return m;
        if (!newest || made_at(m) > made_at(newest))
            newest = m;
    }
    return newest;
}
