/* ps_watch.c - see ps_watch.h. Callbacks note what has changed; step() lists, and shows. */
#include "pod/ps_watch.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "docker/containers.h"
#include "docker/discover.h"
#include "docker/events.h"
#include "docker/stats.h"
#include "loop/flow.h"
#include "loop/loop.h"
#include "loop/pause.h"
#include "loop/signals.h"
#include "pod/ps_ended.h"

enum {
    SETTLE = 50, /* engines tell of some changes long before their lists show them: look again */
    SETTLE_MOST = 4 * SECOND,  /* ... at growing distances */
    USAGE_AGAIN = 1 * SECOND,  /* figures come one by one and are shown together */
    UPTIME_AGAIN = 5 * SECOND, /* the engine's words for it change with time alone */
};

/* The figures of one container that runs. */
struct gauge {
    char *id;
    struct stats stats;
};

struct watch_ps {
    struct flow flow;
    const struct ps_watch_options *o;
    struct engine engine;
    struct discover discover;
    struct events events;
    struct signals signals;
    struct call list;
    struct pause settle, usage_pause, uptime_pause;
    struct members members;
    struct ps_ended ended;
    struct gauge **gauges;
    size_t n_gauges;

    bool dirty;         /* something has happened since the last list was asked for */
    uint64_t settle_ms; /* the next look after an event; 0: none is due */
    bool listing;       /* a list was asked for and not yet taken */
    bool resized;
};

static struct watch_ps *self(struct flow *flow)
{
    return container_of(flow, struct watch_ps, flow);
}

static void find_engine(struct flow *flow)
{
    struct watch_ps *w = self(flow);
    discover_begin(&w->discover, &flow->op, w->o->host, &w->engine);
}

static void on_opened(void *user)
{
    struct watch_ps *w = user;
    w->dirty = true;
    op_kick(&w->flow.op);
}

static void on_event(void *user, const json_t *event)
{
    struct watch_ps *w = user;
    ps_ended_note(&w->ended, event);
    w->settle_ms = SETTLE;
    on_opened(user);
}

/* Checks of health are execs: without a choice of events each of them would wake us. */
static json_t *event_filters(const struct member_filter *filter)
{
    struct member_filter all = *filter;
    all.stopped = true;
    json_t *filters = member_filters(&all);
    json_object_set_new(filters, "type", json_pack("[s]", "container"));
    json_object_set_new(filters, "event",
        json_pack("[s, s, s, s, s, s, s, s, s, s]", "create", "start", "restart", "die", "destroy",
            "remove", "pause", "unpause", "rename", "health_status"));
    return filters;
}

static void begin_watching(struct flow *flow)
{
    static const int wanted[] = {SIGWINCH, 0};
    struct watch_ps *w = self(flow);
    cleanup_json json_t *filters = event_filters(w->o->filter);

    if (w->o->on_terminal)
        signals_begin(&w->signals, &flow->op, wanted);
    events_begin(&w->events, &flow->op, &w->engine, filters,
        &(struct events_spec){.opened = on_opened, .event = on_event, .user = w});
}

static bool is_over(struct flow *flow)
{
    (void)flow;
    return false;
}

static const struct flow_row rows[] = {
    {"find the engine", find_engine,    NULL,    NO_LIMIT},
    {"watch",           begin_watching, is_over, NO_LIMIT},
};

/* --- figures --- */

static struct gauge *find_gauge(const struct watch_ps *w, const char *id)
{
    for (size_t i = 0; i < w->n_gauges; i++)
        if (strcmp(w->gauges[i]->id, id) == 0)
            return w->gauges[i];
    return NULL;
}

static void gauge_free(struct gauge *g)
{
    stats_release(&g->stats);
    free(g->id);
    free(g);
}

/* Those that have ended, with their container or without it, go; the next list begins new ones. */
static void drop_gauges(struct watch_ps *w)
{
    size_t kept = 0;
    for (size_t i = 0; i < w->n_gauges; i++) {
        struct gauge *g = w->gauges[i];
        if (g->stats.op.ended)
            gauge_free(g);
        else
            w->gauges[kept++] = g;
    }
    w->n_gauges = kept;
}

static void renew_gauges(struct watch_ps *w)
{
    drop_gauges(w);
    if (!w->o->with_stats)
        return;
    for (size_t i = 0; i < w->members.n; i++) {
        const struct member *m = &w->members.items[i];
        if (!member_is_running(m) || find_gauge(w, m->id))
            continue;
        struct gauge *g = mem_zalloc(sizeof *g);
        w->gauges = mem_resize(w->gauges, w->n_gauges + 1, sizeof *w->gauges);
        w->gauges[w->n_gauges++] = g;
        g->id = mem_strdup(m->id);
        stats_begin(&g->stats, &w->flow.op, &w->engine, m->id);
    }
}

static void show(struct watch_ps *w)
{
    cleanup_free struct ps_usage *usages = mem_zalloc((w->members.n + 1) * sizeof *usages);
    for (size_t i = 0; i < w->members.n; i++) {
        const struct gauge *g = find_gauge(w, w->members.items[i].id);
        if (g && g->stats.known && member_is_running(&w->members.items[i]))
            usages[i] = (struct ps_usage){true, g->stats.cpu, g->stats.memory};
    }
    if (!w->o->show(w->o->user, &w->members, usages))
        op_quit(&w->flow.op);
}

/* --- what has happened --- */

static void ask_again(struct watch_ps *w)
{
    struct member_filter filter = *w->o->filter;
    filter.stopped = true;
    cleanup_json json_t *filters = member_filters(&filter);
    w->dirty = false;
    w->listing = true;
    container_list(&w->list, &w->flow.op, &w->engine, filters, member_shown);
    w->list.op.background = true;
    w->list.op.quiet = true;
}

/* An engine that has gone away is waited for with the last picture. */
static void take_list(struct watch_ps *w)
{
    w->listing = false;
    if (!op_is_done(&w->list.op))
        return;
    members_release(&w->members);
    members_read(w->list.json, &w->members);
    ps_ended_apply(&w->ended, &w->members);
    renew_gauges(w);
    show(w);
}

static void rest(struct watch_ps *w, struct pause *pause, uint64_t ms)
{
    pause_begin(pause, &w->flow.op, ms);
    pause->op.background = true;
}

/* Has a pause that was begun ended? Tells it once. */
static bool take_rest(struct pause *pause)
{
    if (!pause->op.type || !pause->op.ended)
        return false;
    op_release(&pause->op);
    *pause = (struct pause){0};
    return true;
}

static void look_once_more(struct watch_ps *w)
{
    if (take_rest(&w->settle))
        w->dirty = true;
    if (!w->settle_ms || op_is_alive(&w->settle.op))
        return;
    rest(w, &w->settle, w->settle_ms);
    if (w->settle_ms < SETTLE_MOST) {
        w->settle_ms *= 2;
    } else {
        w->settle_ms = 0;
        ps_ended_release(&w->ended); /* the last word is the list's */
    }
}

/* Figures come and time goes by; without stats nobody is woken for that. */
static void look_at_figures(struct watch_ps *w)
{
    if (!w->o->with_stats || !w->events.op.type)
        return;
    if (take_rest(&w->usage_pause))
        show(w);
    if (take_rest(&w->uptime_pause))
        w->dirty = true;
    if (w->n_gauges && !op_is_alive(&w->usage_pause.op))
        rest(w, &w->usage_pause, USAGE_AGAIN);
    if (!op_is_alive(&w->uptime_pause.op))
        rest(w, &w->uptime_pause, UPTIME_AGAIN);
}

static void step(struct op *op)
{
    struct watch_ps *w = container_of(op, struct watch_ps, flow.op);
    if (!op_is_asked(op)) {
        while (signals_next(&w->signals))
            w->resized = true;
        if (w->listing && w->list.op.ended)
            take_list(w);
        if (w->resized && w->members.n)
            show(w);
        w->resized = false;
        look_once_more(w);
        look_at_figures(w);
        if (w->dirty && !w->listing && !op_is_asked(op))
            ask_again(w);
    }
    flow_step(op);
}

static const struct op_type watch_type = {"watch", step, NULL, NULL, flow_child_ended};

static void release(struct watch_ps *w)
{
    for (size_t i = 0; i < w->n_gauges; i++)
        gauge_free(w->gauges[i]);
    free(w->gauges);
    members_release(&w->members);
    ps_ended_release(&w->ended);
    call_release(&w->list);
    events_release(&w->events);
    discover_release(&w->discover);
    engine_release(&w->engine);
    flow_release(&w->flow);
    free(w);
}

bool ps_watch(const struct ps_watch_options *o, struct error *err)
{
    struct loop *loop = mem_zalloc(sizeof *loop);
    struct watch_ps *w = mem_zalloc(sizeof *w);

    loop_init(loop);
    w->o = o;
    flow_begin(&w->flow, &watch_type, NULL, loop, rows, array_size(rows), array_size(rows));
    w->flow.brief = true;
    loop_run(loop, &w->flow.op, NULL);
    /* That nobody looks any more is no error. */
    if (!w->flow.op.quitting)
        error_copy(err, &w->flow.op.err);
    release(w);
    loop_close(loop);
    free(loop);
    return !error_is_set(err);
}
