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

/* Sessions are told apart by their names; other main containers have a run's id there. */
static bool is_session(const struct member *m)
{
    return m->kind == MEMBER_MAIN && (*m->session || is_first_session(m));
}

/* The only one of a kind; more than one are counted, and named in *names. */
static const struct member *only_one(
    const struct members *members, bool first, struct str *names, unsigned *ret_n)
{
    const struct member *found = NULL;
    *ret_n = 0;
    for (size_t i = 0; i < members->n; i++) {
        const struct member *m = &members->items[i];
        if (!is_session(m) || is_first_session(m) != first)
            continue;
        str_addf(names, "%s%s", names->len ? ", " : "", first ? m->profile : m->session);
        found = m;
        (*ret_n)++;
    }
    return found;
}

static const struct member *the_session(const struct members *members, struct error *err)
{
    unsigned n;
    cleanup_str struct str profiles = STR(LIMIT_MESSAGE), sessions = STR(LIMIT_MESSAGE);
    const struct member *found = only_one(members, true, &profiles, &n);
    if (n > 1) {
        error_set(err, "sessions of several profiles run in this project: %s", profiles.s);
        error_hint(err, "say which with --profile");
        return NULL;
    }
    if (!found)
        found = only_one(members, false, &sessions, &n);
    if (n > 1) {
        error_set(err, "several sessions run in this project: %s", sessions.s);
        error_hint(err, "say which with --session");
        return NULL;
    }
    if (!found) {
        error_set(err, "no session runs in this project");
        error_hint(err, "start one with `ccpod run`");
    }
    return found;
}

const struct member *target_session(
    const struct members *members, const char *which, struct error *err)
{
    if (!which)
        return the_session(members, err);
    const struct member *found = target_main(members, which);
    if (!found) {
        error_set(err, "no session or run %s runs in this project", which);
        error_hint(err, "`ccpod ps --project` shows what does");
    }
    return found;
}
