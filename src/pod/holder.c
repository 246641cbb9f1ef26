/* holder.c - see holder.h. */
#include "pod/holder.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/guest_abi.h"
#include "base/mem.h"
#include "config/names.h"
#include "pod/pod_lock.h"
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

/* One that is paused comes back to where it was. */
static bool is_alive(const json_t *container)
{
    const char *state = json_text_at(container, "State");
    return is_running(container) ||
           (state && (strcmp(state, "paused") == 0 || strcmp(state, "restarting") == 0));
}

/* The list has what others have made of the same project, too: what they publish is not ours. */
static bool is_holder(const struct pod *pod, const json_t *container)
{
    return pod_owns(pod, json_object_get(container, "Labels"), "ns");
}

bool pod_publishes(const struct pod *pod, const char *except_name)
{
    size_t i, k;
    json_t *container, *port;
    const json_t *except = except_name ? pod_find(pod, except_name) : NULL;
    json_array_foreach(pod->containers, i, container)
    {
        const json_t *labels = json_object_get(container, "Labels");
        if (container == except || !(pod_owns(pod, labels, "main") || is_holder(pod, container)))
            continue;
        json_array_foreach(json_object_get(container, "Ports"), k, port)
        {
            if (json_int_at(port, "PublicPort", 0))
                return true;
        }
    }
    return false;
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
        if (is_alive(container) && mode && text_starts(mode, "container:") &&
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

json_t *holder_spec(const struct pod *pod, const json_t *image, bool publishes)
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
    if (publishes)
        spec_ports(spec, &r->ports);
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

static void make_request(struct holder *h, unsigned n)
{
    const struct resolved *r = h->pod->resolved;
    bool first = is_first(h, n);
    free(h->name);
    h->name = name_holder(r->profile.name, r->project_hash, n);
    json_decref(h->request);
    h->request =
        holder_spec(h->pod, image_json(h->image), first && !pod_publishes(h->pod, h->name));
    sidecar_spec_hash(h->request, h->hash);
    if (h->on_network && h->pod->network_id)
        pod_join_network(h->request, h->pod->network_id, first ? HOLDER_ALIAS : NULL);
}

/* The holder of this number, if it may be joined. */
static bool join(struct holder *h, unsigned n)
{
    make_request(h, n);
    const json_t *there = pod_find(h->pod, h->name);
    if (!there || !is_running(there) || is_used(h, there) || !is_holder(h->pod, there) ||
        strcmp(pod_label(there, LABEL_CONFIG), h->hash) != 0 || !lock(h, n))
        return false;
    h->id = mem_strdup(json_text_at(there, "Id"));
    h->number = n;
    return true;
}

/* One that runs and could be joined, but for its lock: somebody else is about to. */
static bool is_as_wanted(const struct holder *h, const json_t *there)
{
    return is_running(there) && strcmp(pod_label(there, LABEL_CONFIG), h->hash) == 0;
}

/* A number under which one may be started: nobody's, or that of one that is of no use any more. */
static bool choose(struct holder *h, unsigned n)
{
    make_request(h, n);
    const json_t *there = pod_find(h->pod, h->name);
    if (there && (!is_holder(h->pod, there) || is_used(h, there) || is_as_wanted(h, there)))
        return false;
    if (!lock(h, n))
        return false;
    h->number = n;
    return true;
}

static bool has_what_it_needs(struct flow *flow)
{
    const struct holder *h = self(flow);
    return h->pod->looked && op_is_done(&h->image->flow.op) &&
           (!h->make || !h->on_network || h->pod->network_id);
}

static void start(struct flow *flow)
{
    struct holder *h = self(flow);
    for (unsigned n = 1; n <= HOLDERS_MAX && !h->id; n++)
        join(h, n);
    for (unsigned n = 1; n <= HOLDERS_MAX && h->make && !h->id && !h->number; n++)
        choose(h, n);
    if (h->reserved)
        holder_let_go(h->reserved);
    if (h->id || !h->number)
        return;
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
    h->lock = -1;
    h->has_part = o->make;
    h->part = h->has_part ? progress_add(pod->progress, "namespace") : 0;
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
