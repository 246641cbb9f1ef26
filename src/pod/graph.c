/* graph.c - see graph.h. */
#include "pod/graph.h"

#include "base/limits.h"
#include "base/mem.h"

static size_t index_of(const struct services *services, const struct service *s)
{
    return (size_t)(s - services->items);
}

static void want(const struct services *services, size_t at, bool *wanted)
{
    const struct service *s = &services->items[at];
    if (wanted[at])
        return;
    wanted[at] = true;
    for (size_t i = 0; i < s->depends_on.n; i++)
        want(services, index_of(services, services_find(services, s->depends_on.v[i])), wanted);
}

static bool unknown(const struct services *services, const char *name, struct error *err)
{
    cleanup_str struct str known = STR(LIMIT_MESSAGE);
    for (size_t i = 0; i < services->n; i++)
        str_addf(&known, "%s%s", i ? ", " : "", services->items[i].name);
    error_set(err, "there is no service %s", name);
    return error_hint(err, "%s%s", known.len ? "the services are: " : "none is declared", known.s);
}

bool graph_select(
    const struct services *services, const struct strv *names, bool *ret_wanted, struct error *err)
{
    for (size_t i = 0; i < services->n; i++)
        ret_wanted[i] = false;
    for (size_t i = 0; names->n == 0 && i < services->n; i++)
        want(services, i, ret_wanted);
    for (size_t i = 0; i < names->n; i++) {
        const struct service *s = services_find(services, names->v[i]);
        if (!s)
            return unknown(services, names->v[i], err);
        want(services, index_of(services, s), ret_wanted);
    }
    return true;
}
