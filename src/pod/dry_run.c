/* dry_run.c - see dry_run.h. */
#include "pod/dry_run.h"

#include <stdlib.h>

#include "base/mem.h"
#include "config/names.h"
#include "docker/discover.h"
#include "docker/images.h"
#include "docker/info.h"
#include "loop/loop.h"
#include "pod/guest_program.h"
#include "pod/lease.h"
#include "pod/spec.h"
#include "tty/term.h"

struct dry {
    struct flow flow;
    const struct run_options *o;
    struct engine engine;
    struct engine_info info;
    struct discover discover;
    struct info_call info_call;
    struct call image;
    json_t *ret;
};

static struct dry *self(struct flow *flow)
{
    return container_of(flow, struct dry, flow);
}

static void find_engine(struct flow *flow)
{
    struct dry *d = self(flow);
    discover_begin(&d->discover, &flow->op, d->o->host, &d->engine);
}

static void look(struct flow *flow)
{
    struct dry *d = self(flow);
    image_inspect(&d->image, &flow->op, &d->engine, d->o->resolved->image.reference);
    info_begin(&d->info_call, &flow->op, &d->engine, NULL, &d->info);
}

static void make(struct flow *flow)
{
    struct dry *d = self(flow);
    const struct resolved *r = d->o->resolved;
    struct rundir rundir = {0};
    cleanup_free char *guest_dir = guest_program_dir(d->o->home);
    cleanup_free char *lease = lease_make(d->o->role);
    cleanup_free char *state_dir =
        r->state == STATE_PERSISTENT ? home_state_dir(d->o->home, r->profile.name, r->project_hash)
                                     : NULL;
    json_t *request = NULL;

    rundir_plan(&rundir, d->o->home);
    cleanup_free char *name = run_container_name(d->o, rundir.id);
    struct spec_facts facts = {.resolved = r,
        .engine = &d->engine,
        .info = &d->info,
        .image = d->image.json,
        .rundir = &rundir,
        .merged_dir = d->o->merged_dir,
        .guest_dir = guest_dir,
        .state_dir = state_dir,
        .lease = lease,
        .role = d->o->role,
        .session = d->o->session ? d->o->session : "",
        .detached = d->o->detach,
        .command = d->o->command,
        .terminal = d->o->terminal,
        .with_stdin = d->o->n_inputs > 0};
    term_size(&facts.rows, &facts.columns);
    if (spec_main(&facts, &request, &flow->op.err))
        d->ret = json_pack("[{s:s, s:o}]", "name", name, "request", request);
    rundir_release(&rundir);
}

static const struct flow_row rows[] = {
    {"find the engine",   find_engine, NULL, NO_LIMIT   },
    {"look at the image", look,        NULL, 60 * SECOND},
    {"make the request",  make,        NULL, NO_LIMIT   },
};

static const struct op_type dry_type = {"dry run", flow_step, NULL, NULL, flow_child_ended};

json_t *dry_run(const struct run_options *o, struct error *err)
{
    struct loop *loop = mem_zalloc(sizeof *loop);
    struct dry *d = mem_zalloc(sizeof *d);

    loop_init(loop);
    d->o = o;
    flow_begin(&d->flow, &dry_type, NULL, loop, rows, array_size(rows), array_size(rows));
    loop_run(loop, &d->flow.op, NULL);
    json_t *ret = d->ret;
    error_copy(err, &d->flow.op.err);
    call_release(&d->image);
    discover_release(&d->discover);
    info_release(&d->info_call);
    engine_release(&d->engine);
    flow_release(&d->flow);
    free(d);
    loop_close(loop);
    free(loop);
    return ret;
}
