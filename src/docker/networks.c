/* networks.c - see networks.h. */
#include "docker/networks.h"

#include <assert.h>
#include <string.h>

#include "base/mem.h"
#include "docker/engine_error.h"
#include "docker/query.h"

void network_list(
    struct call *c, struct op *parent, const struct engine *engine, const json_t *filters)
{
    cleanup_free char *escaped = filters ? query_json(filters) : NULL;
    call_begin(c, parent, engine,
        &(struct call_spec){.method = "GET",
            .tells = TELLS_LIST,
            .path = escaped ? mem_printf("/networks?filters=%s", escaped) : mem_strdup("/networks"),
            .head_ms = 30 * SECOND});
}

void network_inspect(
    struct call *c, struct op *parent, const struct engine *engine, const char *network)
{
    assert(*network);
    call_begin(c, parent, engine,
        &(struct call_spec){.method = "GET",
            .tells = TELLS_OBJECT,
            .path = mem_printf("/networks/%s", network),
            .head_ms = 30 * SECOND,
            .tolerated = {404}});
}

void network_create(
    struct call *c, struct op *parent, const struct engine *engine, const json_t *spec)
{
    call_begin(c, parent, engine,
        &(struct call_spec){
            .method = "POST",
            .tells = TELLS_OBJECT,
            .path = mem_strdup("/networks/create"),
            .body = json_line(spec),
            .head_ms = 60 * SECOND,
            .tolerated = {400, 403, 409, 500},
            .changes = true
    });
}

enum network_refusal network_create_failed(const struct call *c, struct error *err)
{
    if (c->status < 400)
        return NETWORK_CREATED;
    if (engine_error_is_subnet_taken(c->body.s))
        return NETWORK_SUBNET_TAKEN;
    if (engine_error_is_conflict(c->status, c->body.s))
        return NETWORK_NAME_TAKEN;
    engine_error_set(err, c->status, c->body.s, c->body.len);
    return NETWORK_REFUSED;
}

void network_remove(
    struct call *c, struct op *parent, const struct engine *engine, const char *network)
{
    assert(*network);
    call_begin(c, parent, engine,
        &(struct call_spec){
            .method = "DELETE",
            .path = mem_printf("/networks/%s", network),
            .head_ms = 30 * SECOND,
            .tolerated = {403, 404, 409, 500},
            .changes = true
    });
}
