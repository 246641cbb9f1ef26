/* volumes.c - see volumes.h. */
#include "docker/volumes.h"

#include <assert.h>

#include "base/mem.h"
#include "docker/query.h"

void volume_create(
    struct call *c, struct op *parent, const struct engine *engine, const json_t *spec)
{
    call_begin(c, parent, engine,
        &(struct call_spec){.method = "POST",
            .tells = TELLS_OBJECT,
            .path = mem_strdup("/volumes/create"),
            .body = json_line(spec),
            .head_ms = 30 * SECOND,
            .changes = true});
}

void volume_inspect(
    struct call *c, struct op *parent, const struct engine *engine, const char *name)
{
    assert(*name);
    cleanup_free char *escaped = query_escape(name);
    call_begin(c, parent, engine,
        &(struct call_spec){.method = "GET",
            .tells = TELLS_OBJECT,
            .path = mem_printf("/volumes/%s", escaped),
            .head_ms = 30 * SECOND,
            .tolerated = {404}});
}

void volume_list(
    struct call *c, struct op *parent, const struct engine *engine, const json_t *filters)
{
    cleanup_free char *escaped = query_json(filters);
    call_begin(c, parent, engine,
        &(struct call_spec){.method = "GET",
            .tells = TELLS_OBJECT,
            .path = mem_printf("/volumes?filters=%s", escaped),
            .head_ms = 30 * SECOND});
}

void volume_remove(struct call *c, struct op *parent, const struct engine *engine, const char *name)
{
    assert(*name);
    cleanup_free char *escaped = query_escape(name);
    call_begin(c, parent, engine,
        &(struct call_spec){.method = "DELETE",
            .path = mem_printf("/volumes/%s", escaped),
            .head_ms = 60 * SECOND,
            .tolerated = {404},
            .changes = true});
}
