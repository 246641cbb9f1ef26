/* down.c - see down.h. */
#include "pod/down.h"

#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "config/names.h"
#include "docker/networks.h"
#include "docker/volumes.h"
#include "loop/loop.h"
#include "loop/pause.h"
#include "pod/ending.h"
#include "pod/pods_lock.h"
#include "pod/survey.h"

enum { AT_ONCE = 64 }; /* endings: each has a connection, and descriptors are 256 on macOS */
enum { START_PATIENCE = 5 * SECOND, START_AGAIN = 20 };

struct down {
    struct flow flow;
    const struct down_options *o;
    struct pods_lock locks;
    struct survey survey;
    struct ending *endings; /* one per member */
    struct call list;       /* of networks */
    struct pause pause;
    uint64_t until;        /* waits for starts */
    struct call *removals; /* of networks, then of volumes */
    size_t n_removals;
};

static struct down *self(struct flow *flow)
{
    return container_of(flow, struct down, flow);
}

/* What a start would make behind our backs stays; one that comes now waits until we are done. */
static void lock(struct flow *flow)
{
    struct down *d = self(flow);
    pods_lock_begin(&d->locks, &flow->op, d->o->home, d->o->filter);
}

static void look(struct flow *flow)
{
    struct down *d = self(flow);
    struct member_filter filter = *d->o->filter;
    filter.stopped = true;
    survey_begin(&d->survey, &flow->op, NULL, d->o->host, &filter);
}

/* A holder goes after the main containers, which may live in its network namespace. */
static bool may_begin(void *user, const struct ending *e)
{
    const struct down *d = user;
    unsigned busy = 0, mains = 0;
    for (size_t i = 0; i < d->survey.members.n; i++) {
        const struct ending *each = &d->endings[i];
        bool alive = op_is_alive(&each->flow.op);
        busy += alive && each->begun;
        mains += alive && each->spec.member->kind == MEMBER_MAIN;
    }
    return busy < AT_ONCE && !(e->spec.member->kind == MEMBER_HOLDER && mains);
}

static void end_containers(struct flow *flow)
{
    struct down *d = self(flow);
    const struct members *members = &d->survey.members;

    d->endings = mem_zalloc((members->n + 1) * sizeof *d->endings);
    for (size_t i = 0; i < members->n; i++)
        ending_begin(&d->endings[i], &flow->op,
            &(struct ending_spec){.engine = &d->survey.engine,
                .home = d->o->home,
                .member = &members->items[i],
                .grace_s = d->o->grace_s,
                .may_begin = may_begin,
                .user = d});
}

/* Without an engine there is nothing to take down. */
static bool is_lost(const struct down *d)
{
    return error_is_set(&d->flow.op.err);
}

static void list_networks(struct flow *flow)
{
    struct down *d = self(flow);
    struct member_filter filter = *d->o->filter;
    if (is_lost(d))
        return;
    filter.stopped = true;
    cleanup_json json_t *filters = member_filters(&filter);
    network_list(&d->list, &flow->op, &d->survey.engine, filters);
}

static void release_removals(struct down *d)
{
    for (size_t i = 0; i < d->n_removals; i++)
        call_release(&d->removals[i]);
    free(d->removals);
    d->removals = NULL;
    d->n_removals = 0;
}

static void make_removals(struct down *d, size_t n)
{
    release_removals(d);
    d->removals = mem_zalloc((n + 1) * sizeof *d->removals);
}

/* Ours by label and by name, as with containers. */
static bool is_our_network(const json_t *network)
{
    cleanup_error struct error ignored = {0};
    const json_t *labels = json_at(network, "Labels");
    const char *profile = json_string_value(json_object_get(labels, LABEL_PROFILE));
    const char *project = json_string_value(json_object_get(labels, LABEL_PROJECT));
    const char *name = json_text_at(network, "Name");
    if (!profile || !project || !name || !profile_name_check(profile, &ignored))
        return false;
    cleanup_free char *spelled = name_network(profile, project);
    return strcmp(name, spelled) == 0;
}

/* Does a start go on that has chosen it? */
static bool is_wanted(const struct down *d, const json_t *network)
{
    const json_t *labels = json_at(network, "Labels");
    return is_our_network(network) &&
           pod_is_starting(d->o->home, json_string_value(json_object_get(labels, LABEL_PROFILE)),
               json_string_value(json_object_get(labels, LABEL_PROJECT)));
}

static bool is_any_wanted(const struct down *d)
{
    size_t i;
    const json_t *network;
    json_array_foreach(d->list.json, i, network)
    {
        if (is_wanted(d, network))
            return true;
    }
    return false;
}

static void begin_patience(struct flow *flow)
{
    self(flow)->until = loop_now(flow->op.loop) + START_PATIENCE;
}

/* A start that has lost a sidecar to us fails by itself, and the network is nobody's then. Where
 * nothing was ended nothing fails. */
static bool is_nothing_starting(struct flow *flow)
{
    struct down *d = self(flow);
    if (!d->survey.members.n || loop_now(flow->op.loop) >= d->until || !is_any_wanted(d))
        return true;
    pause_begin(&d->pause, &flow->op, START_AGAIN);
    return false;
}

/* One that a start has chosen stays: what that is yet to make would find none. One that is in use
 * stays: the engine refuses, and that is no error. */
static void remove_networks(struct flow *flow)
{
    struct down *d = self(flow);
    size_t i;
    const json_t *network;

    make_removals(d, json_array_size(d->list.json));
    json_array_foreach(d->list.json, i, network)
    {
        const char *id = json_text_at(network, "Id");
        if (!id || !*id || !is_our_network(network))
            continue;
        if (is_wanted(d, network))
            log_detail("%s stays: a start goes on that needs it", json_text_at(network, "Name"));
        else
            network_remove(&d->removals[d->n_removals++], &flow->op, &d->survey.engine, id);
    }
}

static void remove_volumes(struct flow *flow)
{
    struct down *d = self(flow);
    const struct strv *volumes = d->o->volumes;
    size_t n = volumes && !is_lost(d) ? volumes->n : 0;

    make_removals(d, n);
    for (; d->n_removals < n; d->n_removals++)
        volume_remove(
            &d->removals[d->n_removals], &flow->op, &d->survey.engine, volumes->v[d->n_removals]);
}

static const struct flow_row rows[] = {
    {"wait for starts and ends",  lock,            NULL,                NO_LIMIT   },
    {"look for containers",       look,            NULL,                NO_LIMIT   },
 /* Teardown: what fails in one place does not keep the rest. */
    {"end the containers",        end_containers,  NULL,                NO_LIMIT   },
    {"list the networks",         list_networks,   NULL,                60 * SECOND},
    {"wait for starts that fail", begin_patience,  is_nothing_starting, NO_LIMIT   },
    {"remove the networks",       remove_networks, NULL,                60 * SECOND},
    {"remove the volumes",        remove_volumes,  NULL,                90 * SECOND},
};
enum { DOWN_TEARDOWN = 2 };

static void child_ended(struct op *op, struct op *child)
{
    struct down *d = container_of(op, struct down, flow.op);
    flow_child_ended(op, child);
    for (size_t i = 0; d->endings && i < d->survey.members.n; i++)
        if (op_is_alive(&d->endings[i].flow.op))
            op_kick(&d->endings[i].flow.op);
}

static const struct op_type down_type = {"down", flow_step, NULL, NULL, child_ended};

/* The first trouble is the outcome, the others are said beside it. */
static void judge(struct down *d, struct error *err)
{
    error_copy(err, &d->flow.op.err);
    for (unsigned i = 0; i < d->flow.n_trouble; i++) {
        if (error_is_set(err))
            log_warn("%s", d->flow.trouble[i].text);
        else
            error_copy(err, &d->flow.trouble[i]);
    }
}

bool down_main(const struct down_options *o, struct error *err)
{
    struct loop *loop = mem_zalloc(sizeof *loop);
    struct down *d = mem_zalloc(sizeof *d);

    loop_init(loop);
    d->o = o;
    flow_begin(&d->flow, &down_type, NULL, loop, rows, array_size(rows), DOWN_TEARDOWN);
    d->flow.brief = true;
    loop_run(loop, &d->flow.op, NULL);
    judge(d, err);
    for (size_t i = 0; d->endings && i < d->survey.members.n; i++)
        ending_release(&d->endings[i]);
    free(d->endings);
    release_removals(d);
    call_release(&d->list);
    survey_release(&d->survey);
    pods_lock_release(&d->locks);
    flow_release(&d->flow);
    free(d);
    loop_close(loop);
    free(loop);
    return !error_is_set(err);
}
