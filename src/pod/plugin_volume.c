/* plugin_volume.c - see plugin_volume.h. */
#include "pod/plugin_volume.h"

#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/log.h"
#include "base/mem.h"
#include "config/names.h"
#include "version.h"

static struct plugin_volume *self(struct flow *flow)
{
    return container_of(flow, struct plugin_volume, flow);
}

/* A trusted project's is its own, and goes with its other volumes; the profile's is no project's.
 */
json_t *plugin_volume_labels(const struct resolved *r)
{
    char owner[HASH_SHORT + 1];
    owner_id(owner);
    return json_pack("{s:s, s:s, s:s, s:s, s:s*}", LABEL_PROFILE, r->profile.name, LABEL_TYPE,
        "plugins", LABEL_VERSION, CCPOD_VERSION, LABEL_OWNER, owner, LABEL_PROJECT,
        r->trust == TRUST_GIVEN ? r->project_hash : NULL);
}

json_t *plugin_volume_spec(const struct resolved *r, const char *name)
{
    return json_pack("{s:s, s:o}", "Name", name, "Labels", plugin_volume_labels(r));
}

static void ensure(struct plugin_volume *v, struct volume_ensure *volume)
{
    volume_ensure_begin(volume, &v->flow.op, v->engine, plugin_volume_spec(v->resolved, v->name));
}

static bool is_ours(const struct volume_ensure *volume)
{
    char owner[HASH_SHORT + 1];
    const char *theirs = volume_ensure_label(volume, LABEL_OWNER);
    owner_id(owner);
    return theirs && strcmp(theirs, owner) == 0;
}

static void ensure_own(struct flow *flow)
{
    struct plugin_volume *v = self(flow);
    char owner[HASH_SHORT + 1];
    if (is_ours(&v->first))
        return;
    owner_id(owner);
    char *own = mem_printf("%s-%s", v->name, owner);
    log_detail(
        "the volume %s is not ours, but another user's or an older ccpod's: plugins go to %s",
        v->name, own);
    free(v->name);
    v->name = own;
    ensure(v, &v->own);
}

static void check(struct flow *flow)
{
    struct plugin_volume *v = self(flow);
    if (is_ours(&v->first) || is_ours(&v->own))
        return;
    op_fail(&flow->op, "there is a volume named %s that is not ours", v->name);
    error_hint(&flow->op.err,
        "it was made by another program or another user; remove it: docker volume rm %s", v->name);
}

static const struct flow_row rows[] = {
    {"make the plugins' volume", NULL,       NULL, 80 * SECOND},
    {"make one of our own",      ensure_own, NULL, 80 * SECOND},
    {"see whose it is",          check,      NULL, NO_LIMIT   },
};

static const struct op_type plugin_volume_type = {
    "plugin-volume", flow_step, NULL, NULL, flow_child_ended};

void plugin_volume_begin(struct plugin_volume *v, struct op *parent, const struct engine *engine,
    const struct resolved *resolved)
{
    flow_begin(
        &v->flow, &plugin_volume_type, parent, NULL, rows, array_size(rows), array_size(rows));
    v->flow.brief = true;
    v->engine = engine;
    v->resolved = resolved;
    v->name = mem_strdup(resolved->plugin_volume);
    ensure(v, &v->first);
}

void plugin_volume_release(struct plugin_volume *v)
{
    volume_ensure_release(&v->first);
    volume_ensure_release(&v->own);
    free(v->name);
    v->name = NULL;
    if (v->flow.op.type)
        flow_release(&v->flow);
}
