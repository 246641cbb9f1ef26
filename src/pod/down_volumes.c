/* down_volumes.c - see down.h: what `down --volumes` is going to ask about. */
#include <stdlib.h>

#include "base/json.h"
#include "base/mem.h"
#include "config/names.h"
#include "docker/volumes.h"
#include "loop/loop.h"
#include "pod/down.h"
#include "pod/survey.h"

struct look {
    struct flow flow;
    const char *host;
    const struct member_filter *filter;
    struct engine engine;
    struct discover discover;
    struct call list;
};

static struct look *self(struct flow *flow)
{
    return container_of(flow, struct look, flow);
}

static void find_engine(struct flow *flow)
{
    struct look *l = self(flow);
    discover_begin(&l->discover, &flow->op, l->host, &l->engine);
}

static void list(struct flow *flow)
{
    struct look *l = self(flow);
    struct member_filter filter = *l->filter;
    filter.stopped = true; /* volumes have no states */
    cleanup_json json_t *filters = member_filters(&filter);
    /* With all projects, too, a volume has to be one's: a profile's plugins stay. */
    json_array_append_new(json_object_get(filters, "label"), json_string(LABEL_PROJECT));
    volume_list(&l->list, &flow->op, &l->engine, filters);
}

static const struct flow_row rows[] = {
    {"find the engine",  find_engine, NULL, NO_LIMIT   },
    {"list the volumes", list,        NULL, 60 * SECOND},
};

static const struct op_type look_type = {"volumes", flow_step, NULL, NULL, flow_child_ended};

bool down_volumes(
    const char *host, const struct member_filter *filter, struct strv *ret, struct error *err)
{
    struct loop *loop = mem_zalloc(sizeof *loop);
    struct look *l = mem_zalloc(sizeof *l);
    size_t i;
    const json_t *volume;

    loop_init(loop);
    l->host = host;
    l->filter = filter;
    flow_begin(&l->flow, &look_type, NULL, loop, rows, array_size(rows), array_size(rows));
    l->flow.brief = true;
    loop_run(loop, &l->flow.op, NULL);
    error_copy(err, &l->flow.op.err);
    json_array_foreach(json_object_get(l->list.json, "Volumes"), i, volume)
    {
        const char *name = json_text_at(volume, "Name");
        if (name && *name)
            strv_add(ret, name);
    }
    call_release(&l->list);
    discover_release(&l->discover);
    engine_release(&l->engine);
    flow_release(&l->flow);
    free(l);
    loop_close(loop);
    free(loop);
    return !error_is_set(err);
}
