/* exec.c - see exec.h. */
#include "docker/exec.h"

#include <assert.h>

#include "base/mem.h"

static char *path_of(const char *id, const char *what)
{
    assert(*id);
    return mem_printf("/exec/%s/%s", id, what);
}

void exec_create(struct call *c, struct op *parent, const struct engine *engine, const char *name,
    const json_t *spec)
{
    assert(*name);
    call_begin(c, parent, engine,
        &(struct call_spec){.method = "POST",
            .tells = TELLS_OBJECT,
            .path = mem_printf("/containers/%s/exec", name),
            .body = json_line(spec),
            .head_ms = 30 * SECOND,
            .changes = true});
}

static char *start_body(bool alone, bool terminal)
{
    cleanup_json json_t *body = json_pack("{s:b, s:b}", "Detach", alone, "Tty", terminal);
    return json_line(body);
}

void exec_start(struct call *c, struct op *parent, const struct engine *engine,
    const struct exec_streams *streams)
{
    call_begin(c, parent, engine,
        &(struct call_spec){.method = "POST",
            .path = path_of(streams->id, "start"),
            .body = start_body(false, streams->terminal),
            .head_ms = 30 * SECOND,
            .upgrade = true,
            .bytes = streams->bytes,
            .drained = streams->drained,
            .user = streams->user});
    c->op.background = true;
    c->op.quiet = true;
}

void exec_start_alone(
    struct call *c, struct op *parent, const struct engine *engine, const char *id)
{
    call_begin(c, parent, engine,
        &(struct call_spec){.method = "POST",
            .path = path_of(id, "start"),
            .body = start_body(true, false),
            .head_ms = 30 * SECOND,
            .changes = true});
}

void exec_resize(struct call *c, struct op *parent, const struct engine *engine, const char *id,
    unsigned rows, unsigned columns)
{
    cleanup_free char *what = mem_printf("resize?h=%u&w=%u", rows, columns);
    call_begin(c, parent, engine,
        &(struct call_spec){
            .method = "POST",
            .path = path_of(id, what),
            .head_ms = 15 * SECOND,
            .tolerated = {400, 404, 409, 500}
    });
}

void exec_inspect(struct call *c, struct op *parent, const struct engine *engine, const char *id)
{
    call_begin(c, parent, engine,
        &(struct call_spec){.method = "GET",
            .tells = TELLS_OBJECT,
            .path = path_of(id, "json"),
            .head_ms = 30 * SECOND});
}
