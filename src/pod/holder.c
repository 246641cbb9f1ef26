/* holder.c - see holder.h. */
#include "pod/holder.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/guest_abi.h"
#include "base/mem.h"
#include "config/names.h"
#include "pod/pod_lock.h"
#include "pod/published.h"
#include "pod/sidecar_spec.h"
#include "pod/spec_parts.h"

enum { HOLDER_PIDS = 16 };

static struct holder *self(struct flow *flow)
{
    return container_of(flow, struct holder, flow);
}

/* --- what the list tells --- */

static bool is_running(const json_t *container)
{
    const char *state = json_text_at(container, "State");
    return state && strcmp(state, "running") == 0;
}

/* The list has what others have made of the same project, too. */
static bool is_holder(const struct pod *pod, const json_t *container)
{
    return pod_owns(pod, json_object_get(container, "Labels"), "ns");
}

bool pod_has_holders(const struct pod *pod)
{
    size_t i;
    json_t *container;
    json_array_foreach(pod->containers, i, container)
    {
        if (is_holder(pod, container))
            return true;
    }
    return false;
}

bool holder_is_used(const json_t *containers, const char *id)
{
    size_t i;
    json_t *container;
    json_array_foreach(containers, i, container)
    {
        const char *mode = json_text_at(container, "HostConfig.NetworkMode");
        if (pod_is_alive(container) && mode && text_starts(mode, "container:") &&
            strcmp(mode + strlen("container:"), id) == 0)
            return true;
    }
    return false;
}

static bool is_used(const struct holder *h, const json_t *holder)
{
    return holder_is_used(h->pod->containers, json_text_at(holder, "Id"));
}

/* --- one of them --- */

static int take_lock(const struct ccpod_home *home, const struct resolved *r, unsigned n)
{
    cleanup_free char *number = mem_printf("ns-%u", n);
    return pod_lock_holder(home, r->profile.name, r->project_hash, number);
}

void holder_reserve(
    struct holder_lock *reserved, const struct ccpod_home *home, const struct resolved *r)
{
    reserved->fd = -1;
    for (unsigned n = 1; n <= HOLDERS_MAX && reserved->fd < 0; n++) {
        reserved->number = n;
        reserved->fd = take_lock(home, r, n);
    }
}

void holder_let_go(struct holder_lock *reserved)
{
    if (reserved->fd >= 0)
        close(reserved->fd);
    reserved->fd = -1;
}

static bool lock(struct holder *h, unsigned n)
{
    struct holder_lock *reserved = h->reserved;
    if (reserved && reserved->fd >= 0 && reserved->number == n) {
        h->lock = reserved->fd;
        reserved->fd = -1;
    } else {
        h->lock = take_lock(h->pod->home, h->pod->resolved, n);
    }
    return h->lock >= 0;
}

static void unlock(struct holder *h)
{
    if (h->lock >= 0)
        close(h->lock);
    h->lock = -1;
}

json_t *holder_spec(const struct pod *pod, const json_t *image, const struct ports *ports)
{
    const struct resolved *r = pod->resolved;
    const char *id = json_text_at(image, "Id");
    json_t *mounts = json_array();
    cleanup_error struct error none = {0}; /* our own directory is UTF-8: see home_find() */

    spec_bind(mounts, pod->guest_dir, GUEST_BIN_DIR, true, &none);
    json_t *spec = json_pack(
        "{s:s, s:[s, s], s:[], s:s, s:{s:[s]}, s:{s:o, s:b, s:b, s:[s], s:[s, s], s:i, s:{s:s}, "
        "s:{s:s}, s:[s]}}",
        "Image", id ? id : r->image.reference, "Entrypoint", GUEST_PROGRAM, "pause", "Cmd", "User",
        "0:0", "Healthcheck", "Test", "NONE", "HostConfig", "Mounts", mounts, "Init", 0,
        "ReadonlyRootfs", 1, "CapDrop", "ALL", "SecurityOpt", "label=disable", "no-new-privileges",
        "PidsLimit", (int)HOLDER_PIDS, "RestartPolicy", "Name", "no", "LogConfig", "Type", "none",
        "ExtraHosts", "host.docker.internal:host-gateway");
    if (ports->n)
        spec_ports(spec, ports);
    return spec;
}

/* Is it the first of ours? The numbers before it may be taken by what another instance or user
 * has made of the same directory. */
static bool is_first(const struct holder *h, unsigned number)
{
    const struct resolved *r = h->pod->resolved;
    for (unsigned n = 1; n < number; n++) {
        cleanup_free char *name = name_holder(r->profile.name, r->project_hash, n);
        const json_t *there = pod_find(h->pod, name);
        if (!there || is_holder(h->pod, there))
            return false;
    }
    return true;
}

static void set_name(struct holder *h, unsigned n)
{
    const struct resolved *r = h->pod->resolved;
    free(h->name);
    h->name = name_holder(r->profile.name, r->project_hash, n);
}

static void make_request(struct holder *h, unsigned n, bool publishes)
{
    struct ports open = {0};
    if (publishes)
        published_open(h->pod, h->name, &open);
    json_decref(h->request);
    h->request = holder_spec(h->pod, image_json(h->image), &open);
    ports_release(&open);
    if (h->on_network)
        pod_join_network(h->request, h->pod->network_id, is_first(h, n) ? HOLDER_ALIAS : NULL);
    sidecar_spec_hash(h->request, h->hash);
}

static bool has_hash(const struct holder *h, const json_t *there)
{
    return strcmp(pod_label(there, LABEL_CONFIG), h->hash) == 0;
}

/* May it be joined? Leaves the request that would replace it. Who may not publish takes what he
 * finds: with the ports that are open, or without. */
static bool fits(struct holder *h, unsigned n, const json_t *there)
{
    bool same = false;
    if (!h->publishes && h->pod->resolved->ports.n) {
        make_request(h, n, true);
        same = has_hash(h, there);
    }
    make_request(h, n, h->publishes);
    return is_running(there) && (same || has_hash(h, there));
}

/* What to look for, the best first. One that is unfit and publishes would keep the ports of the
 * pod, or old ones, as long as nobody replaces it. */
enum choice { FIT_WITH_PORTS, UNFIT_WITH_PORTS, FIT, UNFIT, NOBODYS };

static bool is_of(struct holder *h, unsigned n, const json_t *there, enum choice choice)
{
    if (choice == NOBODYS)
        return !there;
    if (!there || !is_holder(h->pod, there) || is_used(h, there))
        return false;
    bool has_ports = published_any(there);
    if ((choice == FIT_WITH_PORTS && !has_ports) ||
        (choice == UNFIT_WITH_PORTS && !(has_ports && h->pod->resolved->ports.n)))
        return false;
    bool is_fit = fits(h, n, there); /* last: it costs more than all the rest */
    if (choice == FIT_WITH_PORTS || choice == FIT)
        return is_fit;
    return !is_fit && (!has_ports || h->publishes);
}

static bool take_number(struct holder *h, unsigned n, enum choice choice)
{
    set_name(h, n);
    const json_t *there = pod_find(h->pod, h->name);
    if (!is_of(h, n, there, choice) || !lock(h, n))
        return false;
    h->number = n;
    if (choice == FIT_WITH_PORTS || choice == FIT)
        h->id = mem_strdup(json_text_at(there, "Id"));
    else if (choice == NOBODYS)
        make_request(h, n, h->publishes);
    return true;
}

static bool has_what_it_needs(struct flow *flow)
{
    const struct holder *h = self(flow);
    return h->pod->looked && op_is_done(&h->image->flow.op) &&
           (!h->on_network || h->pod->network_id);
}

static void add_part(struct holder *h)
{
    if (!h->has_part)
        h->part = progress_add(h->pod->progress, "namespace");
    h->has_part = true;
}

static void start(struct flow *flow)
{
    struct holder *h = self(flow);
    const enum choice last = h->make ? NOBODYS : FIT;
    for (enum choice choice = FIT_WITH_PORTS; choice <= last && !h->number; choice++)
        for (unsigned n = 1; n <= HOLDERS_MAX && !h->number; n++)
            take_number(h, n, choice);
    if (h->reserved)
        holder_let_go(h->reserved);
    if (h->id || !h->number)
        return;
    add_part(h);
    claim_begin(&h->claim, &flow->op, h->pod,
        &(struct claim_spec){.name = h->name,
            .type = "ns",
            .request = h->request,
            .hash = h->hash,
            .image = h->pod->resolved->image.reference,
            .exists = pod_find(h->pod, h->name) != NULL,
            .part = h->part});
}

static void finish(struct flow *flow)
{
    struct holder *h = self(flow);
    if (!h->id && h->claim.id)
        h->id = mem_strdup(h->claim.id);
    if (h->has_part)
        progress_set(h->pod->progress, h->part, h->claim.made ? "started" : "present", "%s",
            h->claim.made ? "started" : "is there");
    h->ready = true;
    op_tell(&flow->op);
}

static const struct flow_row rows[] = {
    {"wait for what it needs",     NULL,   has_what_it_needs, NO_LIMIT    },
    {"start the namespace holder", start,  NULL,              200 * SECOND},
    {"start the namespace holder", finish, NULL,              NO_LIMIT    },
};

static const struct op_type holder_type = {"holder", flow_step, NULL, NULL, flow_child_ended};

void holder_begin(
    struct holder *h, struct op *parent, struct pod *pod, const struct holder_options *o)
{
    flow_begin(&h->flow, &holder_type, parent, NULL, rows, array_size(rows), array_size(rows));
    h->flow.op.background = true;
    h->flow.op.about = "namespace";
    h->pod = pod;
    h->image = o->image;
    h->reserved = o->reserved;
    h->on_network = o->on_network;
    h->make = o->make;
    h->publishes = o->publishes;
    h->lock = -1;
    if (h->make)
        add_part(h);
}

void holder_release(struct holder *h)
{
    if (!h->flow.op.type)
        return;
    unlock(h);
    claim_release(&h->claim);
    json_decref(h->request);
    free(h->name);
    free(h->id);
    flow_release(&h->flow);
}
