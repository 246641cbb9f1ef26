/* leftover.c - see leftover.h. */
#include "pod/leftover.h"

#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/guest_abi.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/path.h"
#include "config/names.h"

static struct leftover *self(struct flow *flow)
{
    return container_of(flow, struct leftover, flow);
}

static void look(struct flow *flow)
{
    struct leftover *l = self(flow);
    container_inspect(&l->inspect, &flow->op, l->engine, l->name);
}

static bool has_label(const json_t *container, const char *label, const char *value)
{
    const json_t *labels = json_at(container, "Config.Labels");
    const char *text = json_string_value(json_object_get(labels, label));
    return text && strcmp(text, value) == 0;
}

/* Where the container's run directory is: only one of ours counts. */
static char *find_out_dir(const struct leftover *l)
{
    size_t i;
    const json_t *mount;
    cleanup_free char *runs = home_runs_dir(l->home);

    json_array_foreach(json_at(l->inspect.json, "Mounts"), i, mount)
    {
        const char *source = json_text_at(mount, "Source");
        const char *target = json_text_at(mount, "Destination");
        if (source && target && strcmp(target, GUEST_OUT_DIR) == 0 && path_beneath(source, runs))
            return mem_strdup(source);
    }
    return NULL;
}

static void judge(struct flow *flow)
{
    struct leftover *l = self(flow);
    struct op *op = &flow->op;
    const json_t *container = l->inspect.json;
    const char *id = json_text_at(container, "Id");
    char owner[HASH_SHORT + 1];

    owner_id(owner);
    if (l->inspect.status == 404 || !id)
        return; /* gone meanwhile */
    if (!has_label(container, LABEL_OWNER, owner) || !has_label(container, LABEL_TYPE, "main") ||
        !has_label(container, LABEL_PROFILE, l->profile)) {
        op_fail(op, "a container of this name that is not ours exists: %s", l->name);
        error_hint(&op->err, "remove or rename it: docker rm %s", l->name);
        return;
    }
    if (json_is_true_at(container, "State.Running")) {
        op_fail(op, "a session of this project runs already: %s", l->name);
        error_hint(&op->err,
            "end it first (leave Claude, or: docker stop %s), or run headless "
            "beside it with a prompt",
            l->name);
        return;
    }
    l->id = mem_strdup(id);
    l->out_dir = find_out_dir(l);
}

static void save(struct flow *flow)
{
    struct leftover *l = self(flow);
    if (l->id && l->out_dir)
        salvage_begin(&l->salvage, &flow->op, l->engine, l->home, l->profile, l->id, l->out_dir);
}

static void remove_it(struct flow *flow)
{
    struct leftover *l = self(flow);
    if (!l->id)
        return;
    log_news("removed what was left of an earlier session: %s", l->name);
    container_remove(&l->removal, &flow->op, l->engine, l->id);
}

static void tidy_up(struct flow *flow)
{
    struct leftover *l = self(flow);
    if (!l->out_dir)
        return;
    cleanup_free char *dir = path_dir(l->out_dir);
    file_remove_tree(dir);
}

static const struct flow_row rows[] = {
    {"look at what has the name", look,      NULL, 30 * SECOND},
    { "take the name",            judge,     NULL, NO_LIMIT   },
    { "save its credentials",     save,      NULL, 60 * SECOND},
    { "remove it",                remove_it, NULL, 40 * SECOND},
    { "remove its run directory", tidy_up,   NULL, NO_LIMIT   },
};

static const struct op_type leftover_type = { "leftover", flow_step, NULL, NULL, flow_child_ended };

void leftover_begin(struct leftover *l, struct op *parent, const struct engine *engine,
    const struct ccpod_home *home, const char *profile, const char *name)
{
    l->engine = engine;
    l->home = home;
    l->profile = profile;
    l->name = name;
    flow_begin(&l->flow, &leftover_type, parent, NULL, rows, array_size(rows), array_size(rows));
    l->flow.brief = true;
}

void leftover_release(struct leftover *l)
{
    call_release(&l->inspect);
    call_release(&l->removal);
    salvage_release(&l->salvage);
    free(l->id);
    free(l->out_dir);
    l->id = l->out_dir = NULL;
    if (l->flow.op.type)
        flow_release(&l->flow);
}
