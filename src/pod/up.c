/* up.c - see up.h.
 *
 * Row one begins everything and is over when all is up. Children wait for facts of the pod (the
 * list, the network, the engine's settings, each other); whenever one of them changes, all are
 * kicked. */
#include "pod/up.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/mem.h"
#include "config/names.h"
#include "pod/pod_lock.h"
#include "pod/published.h"
#include "pod/up_int.h"

/* --- what is there --- */

static void on_event(void *user, const json_t *message)
{
    struct up *up = user;
    up->pod.unchanged = false;
    for (size_t i = 0; i < up->n_sidecars; i++)
        sidecar_on_event(&up->sidecars[i], message);
}

static void on_opened(void *user)
{
    struct up *up = user;
    for (size_t i = 0; i < up->n_sidecars; i++)
        sidecar_look_again(&up->sidecars[i]);
}

static json_t *pod_filter(const struct up *up)
{
    const struct resolved *r = up->pod.resolved;
    return json_pack("{s:[o, o]}", "label", json_sprintf("%s=%s", LABEL_PROJECT, r->project_hash),
        json_sprintf("%s=%s", LABEL_PROFILE, r->profile.name));
}

static void hear(struct up *up)
{
    cleanup_json json_t *filter = pod_filter(up);
    json_object_set_new(filter, "type", json_pack("[s]", "container"));
    up->pod.unchanged = true; /* from here on: what happens until it is open is told then */
    events_begin(&up->events, &up->flow.op, up->pod.engine, filter,
        &(struct events_spec){.opened = on_opened, .event = on_event, .user = up});
}

static void list(struct up *up)
{
    const struct resolved *r = up->pod.resolved;
    cleanup_json json_t *filter = pod_filter(up);
    if (r->ports.n)
        up->ports_lock = pod_lock_ports(up->pod.home, r->profile.name, r->project_hash);
    up->pod.publishes = !r->ports.n || up->ports_lock >= 0;
    container_list(&up->list, &up->flow.op, up->pod.engine, filter, NULL);
    up->list.op.background = true;
}

/* --- the parts --- */

static struct sidecar **needs_of(struct up *up, const struct service *s)
{
    struct sidecar **needs = mem_zalloc((s->depends_on.n + 1) * sizeof(struct sidecar *));
    for (size_t i = 0; i < s->depends_on.n; i++)
        for (size_t k = 0; k < up->n_sidecars; k++)
            if (strcmp(up->sidecars[k].service->name, s->depends_on.v[i]) == 0)
                needs[i] = &up->sidecars[k];
    return needs;
}

static void begin_sidecars(struct up *up)
{
    const struct services *services = &up->pod.resolved->services;
    up->sidecars = mem_zalloc((services->n + 1) * sizeof *up->sidecars);
    for (size_t i = 0; i < services->n; i++)
        if (up->wanted[i])
            up->sidecars[up->n_sidecars++].service = &services->items[i];
    for (size_t i = 0; i < up->n_sidecars; i++) {
        const struct service *s = up->sidecars[i].service;
        sidecar_begin(
            &up->sidecars[i], &up->flow.op, &up->pod, s, needs_of(up, s), s->depends_on.n);
    }
}

static bool make_empty_file(const struct up *up, struct error *err)
{
    cleanup_free char *path = pod_empty_file(&up->pod);
    return file_exists(path) || file_replace(path, "", 0, 0444, err);
}

static void begin(struct flow *flow)
{
    struct up *up = up_of(flow);
    const struct resolved *r = up->pod.resolved;

    if (r->services.n > array_size(up->wanted)) {
        op_fail(&flow->op, "more than %zu services", array_size(up->wanted));
        return;
    }
    if (!make_empty_file(up, &flow->op.err))
        return;
    if (!r->services.n) {
        if (up->n_wanted_holders)
            holder_reserve(&up->reserved, up->pod.home, r);
        list(up);
        return;
    }
    network_begin(&up->network, &flow->op, &up->pod);
    up->network.flow.op.background = true;
    hear(up);
    begin_sidecars(up);
}

/* Does any sidecar have to be started? */
static bool is_cold(const struct up *up)
{
    for (size_t i = 0; i < up->n_sidecars; i++) {
        const json_t *there = pod_find(&up->pod, up->sidecars[i].name);
        const char *state = json_text_at(there, "State");
        if (!state || strcmp(state, "running") != 0)
            return true;
    }
    return false;
}

static void begin_holders(struct up *up)
{
    struct holder_options o = {.image = up->main_image,
        .reserved = &up->reserved,
        .on_network = up->pod.resolved->services.n > 0,
        .publishes = up->pod.publishes,
        .make = !up->only_beside || is_cold(up)};
    for (unsigned i = 0; i < up->n_wanted_holders; i++) {
        holder_begin(&up->holders[i], &up->flow.op, &up->pod, &o);
        o.reserved = NULL;
        o.publishes = false;
    }
    up->n_holders = up->n_wanted_holders;
}

/* --- facts --- */

static void look_at_list(struct up *up)
{
    /* Not before we have the lock: what `ccpod down` is taking away is no part of it. */
    if (!up->list.op.type && up->network.locked)
        list(up);
    if (!up->pod.containers && up->list.op.ended && json_is_array(up->list.json) &&
        pod_knows_engine(&up->pod)) {
        up->pod.containers = json_incref(up->list.json);
        port_check_begin(&up->ports, &up->flow.op, &up->pod, up->wanted);
    }
    if (!up->pod.looked && up->ports.flow.op.ended && op_is_done(&up->ports.flow.op)) {
        up->pod.looked = true;
        begin_holders(up);
    }
}

static bool all_is_up(const struct up *up)
{
    if (!up->pod.looked || (up->pod.resolved->services.n && !up->pod.network_id))
        return false;
    for (size_t i = 0; i < up->n_sidecars; i++)
        if (!up->sidecars[i].is_up)
            return false;
    for (unsigned i = 0; i < up->n_holders; i++)
        if (!up->holders[i].ready)
            return false;
    return true;
}

static bool is_ready(struct flow *flow)
{
    return all_is_up(up_of(flow));
}

/* What ends at once has often ended by now. */
static void look_again(struct flow *flow)
{
    struct up *up = up_of(flow);
    for (size_t i = 0; i < up->n_sidecars && up->twice; i++)
        sidecar_look_again(&up->sidecars[i]);
}

static bool has_looked(struct flow *flow)
{
    const struct up *up = up_of(flow);
    for (size_t i = 0; i < up->n_sidecars; i++)
        if (sidecar_is_looking(&up->sidecars[i]))
            return false;
    return true;
}

static void let_ports_go(struct up *up)
{
    if (up->ports_lock >= 0)
        close(up->ports_lock);
    up->ports_lock = -1;
}

/* Where there is a holder its ports are on it, and it runs. */
static void be_ready(struct flow *flow)
{
    struct up *up = up_of(flow);
    if (up->pod.publishes && !up_holder(up))
        published_open(&up->pod, NULL, &up->open);
    if (!up->open.n)
        let_ports_go(up);
    up->ready = true;
    op_tell(&flow->op);
}

static bool is_settled(struct flow *flow)
{
    return up_of(flow)->pod.settled;
}

static void step(struct op *op)
{
    struct up *up = container_of(op, struct up, flow.op);
    if (!flow_is_tearing_down(&up->flow)) {
        look_at_list(up);
        for (size_t i = 0; i < up->n_sidecars; i++)
            if (up->sidecars[i].flow.op.type)
                op_kick(&up->sidecars[i].flow.op);
        for (unsigned i = 0; i < up->n_holders; i++)
            op_kick(&up->holders[i].flow.op);
    }
    flow_step(op);
}

static const struct flow_row rows[] = {
    {"bring up the pod",           begin,                is_ready,           NO_LIMIT   },
    {"see whether all of it runs", look_again,           has_looked,         60 * SECOND},
    {"tell that it is up",         be_ready,             NULL,               NO_LIMIT   },
    {"watch over it",              NULL,                 is_settled,         NO_LIMIT   },
 /* Teardown. */
    {"give up what is starting",   up_give_up,           up_has_given_up,    60 * SECOND},
    {"take back what was started", up_take_back,         NULL,               60 * SECOND},
    {"take back the network",      up_take_network_back, up_is_network_back, 30 * SECOND},
};
enum { UP_TEARDOWN = 4 };

static const struct op_type up_type = {"up", step, NULL, NULL, flow_child_ended};

void up_begin(struct up *up, struct op *parent, const struct up_options *o)
{
    flow_begin(&up->flow, &up_type, parent, NULL, rows, array_size(rows), UP_TEARDOWN);
    up->flow.brief = true;
    up->flow.op.background = true;
    up->pod = (struct pod){.resolved = o->resolved,
        .home = o->home,
        .engine = o->engine,
        .info = o->info,
        .info_op = o->info_op,
        .lease = o->lease,
        .role = o->role,
        .guest_dir = o->guest_dir,
        .progress = o->progress,
        .patient = o->patient};
    up->main_image = o->main_image;
    up->reserved.fd = up->ports_lock = -1;
    up->use = pod_use_begin(o->home, o->resolved->profile.name, o->resolved->project_hash);
    up->n_wanted_holders = o->holders < HOLDERS_MAX ? o->holders : HOLDERS_MAX;
    up->only_beside = o->only_beside;
    up->twice = o->twice;
    up->holders = mem_zalloc((up->n_wanted_holders + 1) * sizeof *up->holders);
    for (size_t i = 0; i < array_size(up->wanted); i++)
        up->wanted[i] = i < o->resolved->services.n && (!o->wanted || o->wanted[i]);
}

void up_settle(struct up *up)
{
    if (!op_is_alive(&up->flow.op))
        return;
    up->pod.settled = true;
    let_ports_go(up);
    network_let_go(&up->network);
    op_kick(&up->flow.op);
}

void up_release(struct up *up)
{
    if (!up->flow.op.type)
        return;
    call_release(&up->list);
    port_check_release(&up->ports);
    events_release(&up->events);
    network_release(&up->network);
    for (size_t i = 0; i < up->n_sidecars; i++)
        sidecar_release(&up->sidecars[i]);
    for (unsigned i = 0; i < up->n_holders; i++)
        holder_release(&up->holders[i]);
    holder_let_go(&up->reserved);
    let_ports_go(up);
    ports_release(&up->open);
    if (up->use >= 0)
        close(up->use);
    free(up->sidecars);
    free(up->holders);
    json_decref(up->pod.containers);
    flow_release(&up->flow);
}

const char *up_holder(const struct up *up)
{
    return up->n_holders ? up->holders[0].id : NULL;
}

const char *up_network(const struct up *up)
{
    return up->pod.network_id;
}

const struct ports *up_ports(const struct up *up)
{
    return &up->open;
}
