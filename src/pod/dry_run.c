/* dry_run.c - see dry_run.h. */
#include "pod/dry_run.h"

#include <stdlib.h>

#include "base/json.h"
#include "base/mem.h"
#include "config/names.h"
#include "pod/guest_program.h"
#include "pod/holder.h"
#include "pod/lease.h"
#include "pod/network.h"
#include "pod/plugin_volume.h"
#include "pod/sidecar_spec.h"
#include "pod/spec.h"

static const struct engine_info usual_engine = {.has_local_log = true};

struct dry {
    struct pod pod;
    const char *network, *holder; /* names, in place of ids; NULL: none */
    bool *done;                   /* one per service */
    json_t *ret;
};

static void add(struct dry *d, const char *path, const char *name, json_t *request)
{
    json_array_append_new(
        d->ret, json_pack("{s:s, s:s, s:o}", "path", path, "name", name, "request", request));
}

static void add_beside(struct dry *d, const char *name, json_t *request, const char *type,
    const char *alias, const char *image)
{
    pod_join_network(request, d->network, alias);
    json_object_set_new(request, "Labels", pod_labels(&d->pod, type, "", image));
    add(d, "/containers/create", name, request);
}

static void add_volumes(struct dry *d, const struct service *s)
{
    for (size_t i = 0; i < s->volumes.n; i++) {
        const struct volume *v = &s->volumes.items[i];
        if (v->kind == VOLUME_NAMED)
            add(d, "/volumes/create", v->source, sidecar_volume_spec(&d->pod, s, v));
    }
}

/* Behind those that it needs. */
static bool add_service(struct dry *d, const struct service *s, struct error *err)
{
    const struct resolved *r = d->pod.resolved;
    bool *done = &d->done[s - r->services.items];
    json_t *request = NULL;

    if (*done)
        return true;
    *done = true;
    for (size_t i = 0; i < s->depends_on.n; i++)
        if (!add_service(d, services_find(&r->services, s->depends_on.v[i]), err))
            return false;
    cleanup_free char *name = name_service(r->profile.name, r->project_hash, s->name);
    cleanup_free char *empty_file = pod_empty_file(&d->pod);
    if (!sidecar_spec(&d->pod, s, NULL, empty_file, &request, err))
        return error_wrap(err, "service %s", s->name);
    add_beside(d, name, request, s->name, s->name, s->image);
    return true;
}

static bool add_pod(struct dry *d, struct error *err)
{
    const struct resolved *r = d->pod.resolved;
    const struct services *services = &r->services;

    for (size_t i = 0; i < services->n; i++)
        add_volumes(d, &services->items[i]);
    add(d, "/networks/create", d->network, network_spec(&d->pod, d->network, json_array()));
    add_beside(d, d->holder, holder_spec(&d->pod, NULL, &r->ports), "ns", HOLDER_ALIAS,
        r->image.reference);
    for (size_t i = 0; i < services->n; i++)
        if (!add_service(d, &services->items[i], err))
            return false;
    return true;
}

static bool add_main(struct dry *d, const struct run_options *o, struct error *err)
{
    const struct resolved *r = o->resolved;
    struct rundir rundir = {0};
    struct spec_facts facts;
    json_t *request = NULL;

    cleanup_free char *state_dir = r->state == STATE_PERSISTENT
                                       ? home_state_dir(o->home, r->profile.name, r->project_hash)
                                       : NULL;
    rundir_plan(&rundir, o->home);
    cleanup_free char *name = run_container_name(o, rundir.id);
    run_wants(o, &facts);
    facts.info = d->pod.info;
    facts.ports = &r->ports;
    facts.rundir = &rundir;
    facts.guest_dir = d->pod.guest_dir;
    facts.state_dir = state_dir;
    facts.lease = d->pod.lease;
    facts.holder_id = d->holder;
    facts.network_id = d->network;
    if (spec_main(&facts, &request, err))
        add(d, "/containers/create", name, request);
    rundir_release(&rundir);
    return request != NULL;
}

json_t *dry_run(const struct run_options *o, struct error *err)
{
    const struct resolved *r = o->resolved;
    cleanup_free char *guest_dir = guest_program_dir(o->home);
    cleanup_free char *lease = lease_make(o->role);
    cleanup_free char *network = name_network(r->profile.name, r->project_hash);
    cleanup_free char *holder = name_holder(r->profile.name, r->project_hash, 1);
    struct dry d = {
        .pod = {.resolved = r,
                .home = o->home,
                .info = &usual_engine,
                .lease = lease,
                .role = "service",
                .guest_dir = guest_dir},
        .done = mem_zalloc((r->services.n + 1) * sizeof *d.done),
        .ret = json_array()
    };

    if (r->services.n) {
        d.network = network;
        d.holder = holder;
    }
    add(&d, "/volumes/create", r->plugin_volume, plugin_volume_spec(r, r->plugin_volume));
    bool ok = (!r->services.n || add_pod(&d, err)) && add_main(&d, o, err);
    free(d.done);
    if (ok)
        return d.ret;
    json_decref(d.ret);
    return NULL;
}
