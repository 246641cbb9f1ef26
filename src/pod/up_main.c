/* up_main.c - see up_main.h. */
#include "pod/up_main.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "docker/discover.h"
#include "loop/loop.h"
#include "loop/pause.h"
#include "loop/signals.h"
#include "loop/timing.h"
#include "pod/graph.h"
#include "pod/guest_program.h"
#include "pod/lease.h"
#include "pod/pod_lock.h"
#include "pod/supported.h"
#include "pod/sweep.h"
#include "pod/up.h"

enum { LAST_PATIENCE = 2 * SECOND }; /* for all that is left to do, after the third signal */

struct up_main {
    struct flow flow;
    const struct up_main_options *o;
    bool wanted[LIMIT_SERVICES * 2];
    struct engine engine;
    struct engine_info info;
    char *guest_dir, *lease;
    struct signals signals;
    unsigned n_signals;
    struct pause haste;
    struct discover discover;
    struct info_call info_call;
    struct image_ensure image;
    struct progress progress;
    struct up up;
    struct sweep sweep;
};

static struct up_main *self(struct flow *flow)
{
    return container_of(flow, struct up_main, flow);
}

static void find_engine(struct flow *flow)
{
    static const int wanted[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT, 0};
    struct up_main *m = self(flow);
    signals_begin(&m->signals, &flow->op, wanted);
    discover_begin(&m->discover, &flow->op, m->o->host, &m->engine);
}

static void begin(struct flow *flow)
{
    struct up_main *m = self(flow);
    const struct resolved *r = m->o->resolved;
    cleanup_free char *engines = home_engines_dir(m->o->home);

    if (!graph_select(&r->services, m->o->services, m->wanted, &flow->op.err) ||
        !home_make(m->o->home, engines, &flow->op.err) ||
        !guest_program_unpack(m->o->home, &m->guest_dir, &flow->op.err))
        return;
    m->lease = lease_make("service");
    progress_begin(&m->progress, progress_choose(false), NULL);
    info_begin(&m->info_call, &flow->op, &m->engine, engines, &m->info);
    image_begin(&m->image, &flow->op, &m->engine, r->image.reference,
        mem_printf("image.use of the profile %s", r->profile.name), &m->progress,
        progress_add(&m->progress, "image"));
    sweep_begin(&m->sweep, &flow->op, &m->engine, m->o->home, r->profile.name, r->project_hash);
    up_begin(&m->up, &flow->op,
        &(struct up_options){.resolved = r,
            .home = m->o->home,
            .engine = &m->engine,
            .info = &m->info,
            .info_op = &m->info_call.flow.op,
            .main_image = &m->image,
            .lease = m->lease,
            .role = "service",
            .guest_dir = m->guest_dir,
            .wanted = m->wanted,
            .holders = m->o->spares,
            .patient = m->o->wait,
            .twice = true,
            .progress = &m->progress});
}

static bool is_up(struct flow *flow)
{
    return self(flow)->up.ready;
}

static void settle(struct flow *flow)
{
    struct up_main *m = self(flow);
    const struct resolved *r = m->o->resolved;
    cleanup_free char *path = pod_lock_path(m->o->home, r->profile.name, r->project_hash, NULL);
    timing_mark(flow->op.loop);
    up_settle(&m->up);
    pod_set_warm(path, true);
}

static bool has_ended(struct flow *flow)
{
    return !op_is_alive(&self(flow)->up.flow.op);
}

static bool has_swept(struct flow *flow)
{
    return !op_is_alive(&self(flow)->sweep.flow.op);
}

static void take_back(struct flow *flow)
{
    struct up_main *m = self(flow);
    progress_end(&m->progress);
    m->up.flow.op.quiet = true;
    if (op_is_alive(&m->up.flow.op) && !m->up.pod.settled)
        op_cancel(&m->up.flow.op, &flow->op.err);
}

static void look_at_signals(struct up_main *m)
{
    int sig;
    while ((sig = signals_next(&m->signals))) {
        cleanup_error struct error why = {0};
        error_set_code(&why, EXIT_CODE_SIGNAL + sig, "interrupted (%s)", strsignal(sig));
        op_cancel(&m->flow.op, &why);
        if (++m->n_signals == 3) {
            pause_begin(&m->haste, &m->flow.op, LAST_PATIENCE);
            m->haste.op.background = true;
        }
    }
    /* What is asked of an engine that does not answer is given up, row by row. */
    if (m->haste.over && op_is_alive(&m->up.flow.op))
        op_quit_children(&m->up.flow.op);
}

static void step(struct op *op)
{
    struct up_main *m = container_of(op, struct up_main, flow.op);
    struct op *up = &m->up.flow.op;
    look_at_signals(m);
    if (op_is_alive(up)) {
        op_kick(up); /* what it waits for may be a fact of ours */
        if (error_is_set(&up->err))
            op_cancel(op, &up->err);
    }
    flow_step(op);
}

static const struct flow_row rows[] = {
    {"find the engine",            find_engine, NULL,      NO_LIMIT   },
    {"bring up the pod",           begin,       is_up,     NO_LIMIT   },
    {"leave it to itself",         settle,      has_ended, 30 * SECOND},
 /* Teardown. */
    {"take back what was started", take_back,   has_ended, NO_LIMIT   },
    {"sweep",                      NULL,        has_swept, 10 * SECOND},
};
enum { UP_MAIN_TEARDOWN = 3 };

static const struct op_type up_main_type = {"up command", step, NULL, NULL, flow_child_ended};

static void release(struct up_main *m)
{
    up_release(&m->up);
    sweep_release(&m->sweep);
    image_release(&m->image);
    info_release(&m->info_call);
    discover_release(&m->discover);
    engine_release(&m->engine);
    free(m->guest_dir);
    free(m->lease);
    flow_release(&m->flow);
    free(m);
}

bool up_main(const struct up_main_options *o, struct error *err)
{
    if (!config_is_supported(o->resolved, err))
        return false;
    struct loop *loop = mem_zalloc(sizeof *loop);
    struct up_main *m = mem_zalloc(sizeof *m);

    loop_init(loop);
    loop->timing = o->timing;
    m->o = o;
    flow_begin(&m->flow, &up_main_type, NULL, loop, rows, array_size(rows), UP_MAIN_TEARDOWN);
    m->flow.brief = true;
    loop_run(loop, &m->flow.op, NULL);
    for (unsigned i = 0; i < m->up.flow.n_trouble; i++)
        log_warn("%s", m->up.flow.trouble[i].text);
    error_copy(err, &m->flow.op.err);
    release(m);
    loop_close(loop);
    free(loop);
    return !error_is_set(err);
}
