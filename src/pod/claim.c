/* claim.c - see claim.h. The states go round until the container runs: each judges the answer of
 * the call that has just ended and begins the next one. */
#include "pod/claim.h"

#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "config/names.h"
#include "docker/engine_error.h"
#include "pod/lease.h"

static struct claim *self(struct flow *flow)
{
    return container_of(flow, struct claim, flow);
}

static void look(struct claim *c)
{
    c->state = CLAIM_LOOKING;
    container_inspect(&c->inspect, &c->flow.op, c->pod->engine, c->spec.name);
}

static void create(struct claim *c)
{
    c->state = CLAIM_CREATING;
    c->may_exist = true; /* before it is sent: the answer may get lost, the container not */
    container_create(&c->create, &c->flow.op, c->pod->engine, c->spec.name, c->spec.request);
    c->create.spec.tolerated[0] = 409;
    c->create.spec.tolerated[1] = 500;
}

static void wait_a_little(struct claim *c)
{
    c->state = CLAIM_WAITING;
    pause_begin(&c->pause, &c->flow.op, CLAIM_AGAIN);
}

static void foreign(struct claim *c)
{
    op_fail(&c->flow.op, "there is a container named %s that is not ours", c->spec.name);
    error_hint(&c->flow.op.err,
        "it was made by another program or another user; rename or remove it: docker rm %s",
        c->spec.name);
}

static void done(struct claim *c, const char *id)
{
    c->id = mem_strdup(id);
    c->state = CLAIM_DONE;
}

/* --- what is there --- */

static const char *label(const struct claim *c, const char *name)
{
    const json_t *labels = json_at(c->inspect.json, "Config.Labels");
    const char *text = json_string_value(json_object_get(labels, name));
    return text ? text : "";
}

static void replace(struct claim *c, const char *why)
{
    progress_set(c->pod->progress, c->spec.part, "replacing", "replacing it: %s", why);
    c->replaced = true;
    if (json_is_true_at(c->inspect.json, "State.Running")) {
        c->state = CLAIM_STOPPING;
        container_stop(&c->stop, &c->flow.op, c->pod->engine, json_text_at(c->inspect.json, "Id"),
            CLAIM_GRACE);
    } else {
        c->state = CLAIM_REMOVING;
        container_remove(
            &c->remove, &c->flow.op, c->pod->engine, json_text_at(c->inspect.json, "Id"));
    }
}

/* Is another living ccpod about to start it, or somebody to remove it? */
static bool is_in_hand(const struct claim *c)
{
    const char *status = json_text_at(c->inspect.json, "State.Status");
    if (status && strcmp(status, "removing") == 0)
        return true;
    return status && strcmp(status, "created") == 0 &&
           strcmp(label(c, LABEL_LEASE), c->pod->lease) != 0 &&
           lease_look(label(c, LABEL_LEASE)) == LEASE_ALIVE;
}

/* After a refused create the engine keeps the name for a container that it is about to make, or to
 * forget: the next try may as well wait. */
static void judge_nothing(struct claim *c)
{
    bool refused = c->refused;
    c->refused = false;
    if (refused)
        wait_a_little(c);
    else
        create(c);
}

static void judge(struct claim *c)
{
    const char *id = json_text_at(c->inspect.json, "Id");
    bool same = strcmp(label(c, LABEL_CONFIG), c->spec.hash) == 0;

    if (c->inspect.status == 404 || !id)
        judge_nothing(c);
    else if (!pod_owns(c->pod, json_at(c->inspect.json, "Config.Labels"), c->spec.type))
        foreign(c);
    else if (is_in_hand(c))
        wait_a_little(c);
    else if (!json_is_true_at(c->inspect.json, "State.Running"))
        replace(c, "it had ended");
    else if (!same)
        replace(c, "its configuration has changed");
    else
        done(c, id);
}

/* --- what we make --- */

static void judge_create(struct claim *c)
{
    const char *id = json_text_at(c->create.json, "Id");
    if (engine_error_is_conflict(c->create.status, c->create.body.s)) {
        c->may_exist = false; /* what has the name is not ours */
        c->refused = true;
        look(c);
    } else if (c->create.status >= 400 || !id || !*id) {
        c->may_exist = false;
        engine_error_set(&c->flow.op.err, c->create.status, c->create.body.s, c->create.body.len);
        op_kick(&c->flow.op);
    } else {
        c->id = mem_strdup(id);
        c->state = CLAIM_STARTING;
        container_start(&c->start, &c->flow.op, c->pod->engine, id);
    }
}

static bool is_running(struct flow *flow)
{
    struct claim *c = self(flow);
    switch (c->state) {
    case CLAIM_LOOKING:
        judge(c);
        break;
    case CLAIM_WAITING:
        look(c); /* as long as it takes: the row has a limit */
        break;
    case CLAIM_STOPPING:
        c->state = CLAIM_REMOVING;
        container_remove(
            &c->remove, &flow->op, c->pod->engine, json_text_at(c->inspect.json, "Id"));
        break;
    case CLAIM_REMOVING:
        look(c);
        break;
    case CLAIM_CREATING:
        judge_create(c);
        break;
    case CLAIM_STARTING:
        c->made = true;
        c->state = CLAIM_DONE;
        break;
    case CLAIM_DONE:
        break;
    }
    return c->state == CLAIM_DONE;
}

/* Is what was seen early still so? Nothing has happened since, and the list, which is younger and
 * asked for under the pod's lock, has it too. */
static bool is_seen_as_wanted(const struct claim *c)
{
    const json_t *seen = c->spec.seen, *labels = json_at(seen, "Config.Labels");
    const char *id = json_text_at(seen, "Id");
    const char *listed = json_text_at(pod_find(c->pod, c->spec.name), "Id");
    const char *hash = json_string_value(json_object_get(labels, LABEL_CONFIG));
    return c->pod->unchanged && json_is_true_at(seen, "State.Running") && id && listed && hash &&
           strcmp(id, listed) == 0 && strcmp(hash, c->spec.hash) == 0 &&
           pod_owns(c->pod, labels, c->spec.type);
}

static void begin(struct flow *flow)
{
    struct claim *c = self(flow);
    if (is_seen_as_wanted(c))
        done(c, json_text_at(c->spec.seen, "Id"));
    else if (c->spec.exists)
        look(c);
    else
        create(c);
}

static const struct flow_row rows[] = {
    {"start the container", begin, is_running, 180 * SECOND},
};

static const struct op_type claim_type = {"claim", flow_step, NULL, NULL, flow_child_ended};

void claim_begin(struct claim *c, struct op *parent, struct pod *pod, const struct claim_spec *spec)
{
    flow_begin(&c->flow, &claim_type, parent, NULL, rows, array_size(rows), array_size(rows));
    c->flow.brief = true;
    c->pod = pod;
    c->spec = *spec;
    c->may_exist = c->made = c->replaced = c->refused = false;
    free(c->id);
    c->id = NULL;
    json_object_set_new(
        c->spec.request, "Labels", pod_labels(pod, spec->type, spec->hash, spec->image));
}

bool claim_may_run(const struct claim *c)
{
    return c->start.sent && !(c->start.answered && !call_is_ok(&c->start));
}

void claim_undo(struct claim *c, struct op *parent)
{
    if (c->may_exist)
        removal_begin(&c->removal, parent, c->pod->engine, c->spec.name, c->id, c->pod->lease,
            !c->id && call_is_unknown(&c->create));
}

void claim_release(struct claim *c)
{
    struct call *calls[] = {&c->inspect, &c->stop, &c->remove, &c->create, &c->start};
    for (size_t i = 0; i < array_size(calls); i++)
        call_release(calls[i]);
    removal_release(&c->removal);
    free(c->id);
    c->id = NULL;
    if (c->flow.op.type)
        flow_release(&c->flow);
}
