/* volume_ensure.c - see volume_ensure.h. */
#include "docker/volume_ensure.h"

#include "base/mem.h"

static struct volume_ensure *self(struct flow *flow)
{
    return container_of(flow, struct volume_ensure, flow);
}

static void create(struct flow *flow)
{
    struct volume_ensure *v = self(flow);
    if (v->look.status == 404)
        volume_create(&v->create, &flow->op, v->engine, v->spec);
}

static const struct flow_row rows[] = {
    {"look for the volume", NULL,   NULL, 40 * SECOND},
    {"make the volume",     create, NULL, 40 * SECOND},
};

static const struct op_type volume_ensure_type = {
    "volume-ensure", flow_step, NULL, NULL, flow_child_ended};

void volume_ensure_begin(
    struct volume_ensure *v, struct op *parent, const struct engine *engine, json_t *spec)
{
    flow_begin(
        &v->flow, &volume_ensure_type, parent, NULL, rows, array_size(rows), array_size(rows));
    v->flow.brief = true;
    v->engine = engine;
    v->spec = spec;
    /* At once: the engine looks while we do other things. */
    volume_inspect(&v->look, &v->flow.op, engine, json_string_value(json_at(spec, "Name")));
}

const char *volume_ensure_label(const struct volume_ensure *v, const char *name)
{
    const struct call *told = v->look.status == 404 ? &v->create : &v->look;
    return json_string_value(json_object_get(json_at(told->json, "Labels"), name));
}

void volume_ensure_release(struct volume_ensure *v)
{
    call_release(&v->look);
    call_release(&v->create);
    json_decref(v->spec);
    v->spec = NULL;
    if (v->flow.op.type)
        flow_release(&v->flow);
}
