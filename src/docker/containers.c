/* containers.c - see containers.h. The deadlines are how long a loaded engine may take, not how
 * long it usually takes. */
#include "docker/containers.h"

#include <assert.h>
#include <string.h>

#include "base/limits.h"
#include "base/mem.h"
#include "docker/query.h"

/* "/containers/NAME/what": names are our own or checked ones, so they need no escaping. */
static char *path_of(const char *name, const char *what)
{
    assert(*name); /* an empty one would be another call */
    return mem_printf("/containers/%s%s", name, what);
}

void container_create(struct call *c, struct op *parent, const struct engine *engine,
    const char *name, const json_t *spec)
{
    cleanup_free char *escaped = query_escape(name);
    call_begin(c, parent, engine,
        &(struct call_spec){.method = "POST",
            .tells = TELLS_OBJECT,
            .path = mem_printf("/containers/create?name=%s", escaped),
            .body = json_line(spec),
            .head_ms = 60 * SECOND,
            .changes = true});
}

void container_inspect(
    struct call *c, struct op *parent, const struct engine *engine, const char *name)
{
    call_begin(c, parent, engine,
        &(struct call_spec){.method = "GET",
            .tells = TELLS_OBJECT,
            .path = path_of(name, "/json"),
            .head_ms = 30 * SECOND,
            .tolerated = {404}});
}

void container_start(
    struct call *c, struct op *parent, const struct engine *engine, const char *name)
{
    call_begin(c, parent, engine,
        &(struct call_spec){.method = "POST",
            .path = path_of(name, "/start"),
            .head_ms = 60 * SECOND,
            .changes = true});
}

void container_stop(struct call *c, struct op *parent, const struct engine *engine,
    const char *name, unsigned grace_s)
{
    cleanup_free char *what = mem_printf("/stop?t=%u", grace_s);
    call_begin(c, parent, engine,
        &(struct call_spec){
            .method = "POST",
            .path = path_of(name, what),
            .head_ms = (grace_s + 15) * SECOND,
            .tolerated = {404, 409},
            .changes = true
    });
}

void container_unpause(
    struct call *c, struct op *parent, const struct engine *engine, const char *name)
{
    call_begin(c, parent, engine,
        &(struct call_spec){
            .method = "POST",
            .path = path_of(name, "/unpause"),
            .head_ms = 10 * SECOND,
            .tolerated = {404, 409, 500},
            .changes = true
    });
}

void container_restart(struct call *c, struct op *parent, const struct engine *engine,
    const char *name, unsigned grace_s)
{
    cleanup_free char *what = mem_printf("/restart?t=%u", grace_s);
    call_begin(c, parent, engine,
        &(struct call_spec){.method = "POST",
            .path = path_of(name, what),
            .head_ms = (grace_s + 60) * SECOND,
            .changes = true});
}

void container_kill(struct call *c, struct op *parent, const struct engine *engine,
    const char *name, const char *signal)
{
    cleanup_free char *escaped = query_escape(signal);
    cleanup_free char *what = mem_printf("/kill?signal=%s", escaped);
    /* Podman answers 500 for a container that does not run. */
    call_begin(c, parent, engine,
        &(struct call_spec){
            .method = "POST",
            .path = path_of(name, what),
            .head_ms = 10 * SECOND,
            .tolerated = {404, 409, 500},
            .changes = true
    });
}

void container_resize(struct call *c, struct op *parent, const struct engine *engine,
    const char *name, unsigned rows, unsigned columns)
{
    cleanup_free char *what = mem_printf("/resize?h=%u&w=%u", rows, columns);
    call_begin(c, parent, engine,
        &(struct call_spec){
            .method = "POST",
            .path = path_of(name, what),
            .head_ms = 10 * SECOND,
            .tolerated = {400, 404, 409, 500}
    });
}

void container_wait(struct call *c, struct op *parent, const struct engine *engine,
    const char *name, const char *condition)
{
    cleanup_free char *what = mem_printf("/wait?condition=%s", condition);
    call_begin(c, parent, engine,
        &(struct call_spec){.method = "POST",
            .tells = TELLS_OBJECT,
            .path = path_of(name, what),
            .head_ms = 10 * SECOND,
            .max_body = LIMIT_JSON_OBJECT,
            .stays_open = true});
    c->op.background = true;
}

bool container_exit_code(const struct call *c, int *ret_code, struct error *err)
{
    const char *message = json_text_at(c->json, "Error.Message");
    long long code = json_int_at(c->json, "StatusCode", -1);
    if (message && *message)
        return error_set(err, "the engine could not wait for the container: %s", message);
    if (code < 0 || code > 255)
        return error_set(err, "the engine gives no exit code: %.*s", LIMIT_FOREIGN_TEXT, c->body.s);
    *ret_code = (int)code;
    return true;
}

void container_remove(
    struct call *c, struct op *parent, const struct engine *engine, const char *name)
{
    call_begin(c, parent, engine,
        &(struct call_spec){
            .method = "DELETE",
            .path = path_of(name, "?force=1&v=1"),
            .head_ms = 30 * SECOND,
            .tolerated = {404, 409},
            .changes = true
    });
}

void container_list(struct call *c, struct op *parent, const struct engine *engine,
    const json_t *filters, const struct json_pick *picks)
{
    cleanup_free char *escaped = query_json(filters);
    call_begin(c, parent, engine,
        &(struct call_spec){.method = "GET",
            .tells = TELLS_LIST,
            .path = mem_printf("/containers/json?all=1&filters=%s", escaped),
            .picks = picks,
            .head_ms = 30 * SECOND});
}

void container_attach(
    struct call *c, struct op *parent, const struct engine *engine, const struct attach_spec *spec)
{
    /* Detach keys are the supervisor's business. The engine gets a sequence nobody can type:
     * with its default it holds back every Ctrl-P and detaches in the middle of a paste. */
    cleanup_free char *what =
        mem_printf("/attach?stream=1&stdout=1&stderr=1%s&detachKeys=%%FF,%%FE,%%FF",
            spec->stdin ? "&stdin=1" : "");
    call_begin(c, parent, engine,
        &(struct call_spec){.method = "POST",
            .path = path_of(spec->name, what),
            .head_ms = 10 * SECOND,
            .upgrade = true,
            .bytes = spec->bytes,
            .drained = spec->drained,
            .user = spec->user});
    c->op.background = true;
    c->op.quiet = true;
}
