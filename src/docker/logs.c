/* logs.c - see logs.h. */
#include "docker/logs.h"

#include <assert.h>

#include "base/limits.h"
#include "base/mem.h"

void logs_begin(
    struct call *c, struct op *parent, const struct engine *engine, const struct logs_spec *spec)
{
    struct str path = STR(LIMIT_PATH);

    assert(*spec->name);
    str_addf(&path, "/containers/%s/logs?stdout=1&stderr=1", spec->name);
    if (spec->follow)
        str_addz(&path, "&follow=1");
    if (spec->tail >= 0)
        str_addf(&path, "&tail=%lld", spec->tail);
    if (spec->since)
        str_addf(&path, "&since=%s", spec->since);
    assert(!path.full);
    call_begin(c, parent, engine,
        &(struct call_spec){.method = "GET",
            .path = str_take(&path),
            .head_ms = 30 * SECOND,
            .stays_open = true,
            .bytes = spec->bytes,
            .user = spec->user});
}
