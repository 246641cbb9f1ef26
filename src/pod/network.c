/* network.c - see network.h. */
#include "pod/network.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "config/names.h"
#include "pod/labels.h"

static struct network *self(struct flow *flow)
{
    return container_of(flow, struct network, flow);
}

static const char *policy(const struct pod *pod)
{
    return pod->resolved->network.policy == NETWORK_RESTRICTED ? "restricted" : "full";
}

static void lock(struct flow *flow)
{
    struct network *net = self(flow);
    const struct resolved *r = net->pod->resolved;
    pod_lock_begin(&net->lock, &flow->op, net->pod->home,
        pod_lock_path(net->pod->home, r->profile.name, r->project_hash, NULL));
}

static void list(struct flow *flow)
{
    struct network *net = self(flow);
    if (!net->locked) {
        net->locked = true;
        op_tell(&flow->op);
    }
    net->state = NETWORK_LISTING;
    network_list(&net->list, &flow->op, net->pod->engine, NULL);
}

/* --- making one --- */

static void add_taken(struct subnets *taken, const json_t *networks)
{
    size_t i, k;
    json_t *network, *config;
    struct subnet s;
    json_array_foreach(networks, i, network)
    {
        json_array_foreach(json_at(network, "IPAM.Config"), k, config)
        {
            const char *text = json_text_at(config, "Subnet");
            if (text && subnet_parse(text, &s))
                subnets_add(taken, s);
        }
    }
}

/* With no subnet of ours free, the engine's own pools are what is left. */
static json_t *choose_subnet(struct network *net)
{
    struct subnets taken = {0};
    struct subnet chosen;
    json_t *config = json_array();

    for (size_t i = 0; i < net->taken.n; i++)
        subnets_add(&taken, net->taken.items[i]);
    add_taken(&taken, net->list.json);
    subnets_add_host(&taken);
    if (subnet_choose(&taken, net->name, &chosen)) {
        cleanup_free char *text = subnet_text(&chosen);
        json_array_append_new(config, json_pack("{s:s}", "Subnet", text));
        subnets_add(&net->taken, chosen);
    }
    subnets_release(&taken);
    return config;
}

json_t *network_spec(const struct pod *pod, const char *name, json_t *subnets)
{
    json_t *labels = labels_of_thing(pod->resolved, "net");
    json_object_set_new(labels, LABEL_POLICY, json_string(policy(pod)));
    return json_pack("{s:s, s:b, s:s, s:{s:s, s:o}, s:o}", "Name", name, "CheckDuplicate", 1,
        "Driver", "bridge", "IPAM", "Driver", "default", "Config", subnets, "Labels", labels);
}

static void create(struct network *net)
{
    cleanup_json json_t *spec = network_spec(net->pod, net->name, choose_subnet(net));
    progress_set(net->pod->progress, net->part, "creating", "making it");
    net->made = true; /* before it is sent: the answer may get lost, the network not */
    net->state = NETWORK_CREATING;
    network_create(&net->create, &net->flow.op, net->pod->engine, spec);
}

static void judge_create(struct network *net)
{
    switch (network_create_failed(&net->create, &net->flow.op.err)) {
    case NETWORK_CREATED:
        break;
    case NETWORK_REFUSED:
        net->made = false;
        return;
    case NETWORK_NAME_TAKEN:
    case NETWORK_SUBNET_TAKEN:
        net->made = false;
        break;
    }
    list(&net->flow); /* is it the only one of its name? */
}

/* --- what is there --- */

static bool is_older(const json_t *a, const json_t *b)
{
    const char *at = json_text_at(a, "Created"), *bt = json_text_at(b, "Created");
    int order = strcmp(at ? at : "", bt ? bt : "");
    if (order == 0)
        order = strcmp(json_text_at(a, "Id"), json_text_at(b, "Id"));
    return order < 0;
}

static bool is_named(const json_t *network, const char *name)
{
    const char *text = json_text_at(network, "Name");
    return text && strcmp(text, name) == 0 && json_text_at(network, "Id");
}

/* The oldest of our name, and another one if there is any. */
static const json_t *find(const struct network *net, const json_t **ret_other)
{
    size_t i;
    json_t *network;
    const json_t *oldest = NULL;
    *ret_other = NULL;
    json_array_foreach(net->list.json, i, network)
    {
        if (!is_named(network, net->name))
            continue;
        if (!oldest || is_older(network, oldest)) {
            *ret_other = oldest;
            oldest = network;
        } else {
            *ret_other = network;
        }
    }
    return oldest;
}

static void discard(struct network *net, const json_t *network)
{
    net->state = NETWORK_REMOVING;
    network_remove(&net->removal, &net->flow.op, net->pod->engine, json_text_at(network, "Id"));
}

static void foreign(struct network *net)
{
    struct op *op = &net->flow.op;
    op_fail(op, "there is a network named %s that is not ours", net->name);
    error_hint(&op->err,
        "it was made by another program or another user; remove it: docker network rm %s",
        net->name);
}

/* A network of another policy is replaced where nobody uses it. */
static void judge_policy(struct network *net, const json_t *network)
{
    const char *theirs =
        json_string_value(json_object_get(json_object_get(network, "Labels"), LABEL_POLICY));
    if (theirs && strcmp(theirs, policy(net->pod)) == 0) {
        net->id = mem_strdup(json_text_at(network, "Id"));
    } else if (!net->removal.op.type) {
        discard(net, network);
    } else {
        op_fail(&net->flow.op, "the pod runs with network policy %s, not %s", theirs ? theirs : "?",
            policy(net->pod));
        error_hint(&net->flow.op.err, "end it first: ccpod down");
    }
}

static void judge_list(struct network *net)
{
    const json_t *other;
    const json_t *oldest = find(net, &other);

    if (!oldest)
        create(net);
    else if (!pod_owns(net->pod, json_object_get(oldest, "Labels"), "net"))
        foreign(net);
    else if (other && pod_owns(net->pod, json_object_get(other, "Labels"), "net"))
        discard(net, other);
    else
        judge_policy(net, oldest);
}

static bool is_there(struct flow *flow)
{
    struct network *net = self(flow);
    if (net->state == NETWORK_REMOVING)
        list(flow);
    else if (net->state == NETWORK_CREATING)
        judge_create(net);
    else if (++net->tries > NETWORK_TRIES)
        op_fail(&flow->op, "%s: cannot be made, or is there more than once", net->name);
    else
        judge_list(net);
    return net->id != NULL;
}

static void unlock(struct flow *flow)
{
    struct network *net = self(flow);
    const struct resolved *r = net->pod->resolved;
    const char *ours = json_text_at(net->create.json, "Id");
    if (net->id)
        net->start = pod_start_begin(net->pod->home, r->profile.name, r->project_hash);
    pod_lock_drop(&net->lock);
    if (!net->id)
        return;
    net->made = net->made && ours && strcmp(ours, net->id) == 0;
    progress_set(net->pod->progress, net->part, net->made ? "created" : "present", "%s",
        net->made ? "made" : "is there");
    net->pod->network_id = net->id;
    op_tell(&flow->op);
}

static const struct flow_row rows[] = {
    {"wait for another start, or the end, of this project", lock,   NULL,     120 * SECOND},
    {"make the project's network",                          list,   is_there, 120 * SECOND},
 /* Teardown. */
    {"give the lock back",                                  unlock, NULL,     NO_LIMIT    },
};
enum { NETWORK_TEARDOWN = 2 };

static const struct op_type network_type = {"network", flow_step, NULL, NULL, flow_child_ended};

void network_begin(struct network *net, struct op *parent, struct pod *pod)
{
    const struct resolved *r = pod->resolved;
    flow_begin(&net->flow, &network_type, parent, NULL, rows, array_size(rows), array_size(rows));
    net->flow.op.about = "network";
    net->pod = pod;
    net->start = -1;
    net->part = progress_add(pod->progress, "network");
    net->name = name_network(r->profile.name, r->project_hash);
}

/* A duplicate that came to be with our lost answer goes with the next start, which finds both. */
void network_undo(struct network *net, struct op *parent)
{
    const char *id = net->id ? net->id : json_text_at(net->create.json, "Id");
    if (!net->made)
        return;
    net->looks_for_lost = !id;
    if (id) {
        cleanup_free char *known = mem_strdup(id);
        network_remove(&net->removal, parent, net->pod->engine, known);
    } else {
        network_list(&net->list, parent, net->pod->engine, NULL);
    }
}

/* The answer to our create got lost: what has the name may be somebody else's. */
static bool find_lost(struct network *net)
{
    const json_t *other;
    const json_t *there = find(net, &other);
    if (there && !other && pod_owns(net->pod, json_object_get(there, "Labels"), "net"))
        net->id = mem_strdup(json_text_at(there, "Id"));
    return net->id != NULL;
}

bool network_is_undone(struct network *net, struct op *parent)
{
    bool is_used = net->removal.status == 403 || net->removal.status == 500;
    if (net->made && net->looks_for_lost && find_lost(net)) {
        network_undo(net, parent);
        return false;
    }
    if (!net->made || !is_used || net->undo_tries == NETWORK_UNDO_TRIES)
        return true;
    if (net->pause.over) {
        net->pause.over = false;
        network_undo(net, parent);
    } else {
        net->undo_tries++;
        pause_begin(&net->pause, parent, NETWORK_AGAIN);
    }
    return false;
}

void network_let_go(struct network *net)
{
    if (net->flow.op.type && net->start >= 0) {
        close(net->start);
        net->start = -1;
    }
}

void network_release(struct network *net)
{
    network_let_go(net);
    call_release(&net->list);
    call_release(&net->create);
    call_release(&net->removal);
    pod_lock_release(&net->lock);
    subnets_release(&net->taken);
    free(net->name);
    free(net->id);
    net->name = net->id = NULL;
    if (net->flow.op.type)
        flow_release(&net->flow);
}
