/* leftover.c - see leftover.h. */
#include "pod/leftover.h"

#include <stdlib.h>
#include <string.h>

#include "base/guest_abi.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/path.h"
#include "config/names.h"
#include "pod/lease.h"
#include "pod/rundir.h"
#include "pod/seat.h"

enum { BUSY_AGAIN = 100, BUSY_PATIENCE = 20 * SECOND };

static struct leftover *self(struct flow *flow)
{
    return container_of(flow, struct leftover, flow);
}

static void look(struct flow *flow)
{
    struct leftover *l = self(flow);
    l->looked = false;
    container_inspect(&l->inspect, &flow->op, l->engine, l->name);
}

const char *leftover_label(const json_t *container, const char *name)
{
    const json_t *labels = json_at(container, "Config.Labels");
    const char *text = json_string_value(json_object_get(labels, name));
    return text ? text : "";
}

static const char *label(const struct leftover *l, const char *name)
{
    return leftover_label(l->inspect.json, name);
}

static bool is_ours(const struct leftover *l)
{
    char owner[HASH_SHORT + 1];
    owner_id(owner);
    return strcmp(label(l, LABEL_OWNER), owner) == 0 && strcmp(label(l, LABEL_TYPE), "main") == 0 &&
           strcmp(label(l, LABEL_PROFILE), l->profile) == 0;
}

/* Only what a run has made counts: what is found here is removed some day. */
static bool is_out_dir(const char *source, const char *runs)
{
    cleanup_free char *dir = path_dir(source);
    cleanup_free char *parent = path_dir(dir);
    return strcmp(parent, runs) == 0 && run_id_is_valid(path_base(dir)) &&
           strcmp(path_base(source), "out") == 0;
}

char *leftover_out_dir(const json_t *container, const struct ccpod_home *home)
{
    size_t i;
    const json_t *mount;
    cleanup_free char *runs = home_runs_dir(home);

    json_array_foreach(json_at(container, "Mounts"), i, mount)
    {
        const char *source = json_text_at(mount, "Source");
        const char *target = json_text_at(mount, "Destination");
        if (source && target && strcmp(target, GUEST_OUT_DIR) == 0 && is_out_dir(source, runs))
            return mem_strdup(source);
    }
    return NULL;
}

static void adopt(struct leftover *l, const char *id)
{
    l->id = mem_strdup(id);
    l->out_dir = leftover_out_dir(l->inspect.json, l->home);
    l->running = json_is_true_at(l->inspect.json, "State.Running");
    l->terminal = json_is_true_at(l->inspect.json, "Config.Tty");
}

static void foreign(struct leftover *l)
{
    struct op *op = &l->flow.op;
    op_fail(op, "there is a container named %s that is not ours", l->name);
    error_hint(&op->err,
        "it was made by another program or another user; rename or remove it: "
        "docker rm %s",
        l->name);
}

/* Is whoever made it, or has come back to it since, still starting or ending it? */
static bool is_busy(const struct leftover *l)
{
    cleanup_free char *out_dir = leftover_out_dir(l->inspect.json, l->home);
    return !json_is_true_at(l->inspect.json, "State.Running") &&
           (lease_look(label(l, LABEL_LEASE)) == LEASE_ALIVE ||
               (out_dir && seat_is_taken(out_dir)));
}

/* The answer of a look-up: settled, or another ccpod is at work on it. */
static bool judge(struct leftover *l)
{
    const char *id = json_text_at(l->inspect.json, "Id");
    if (l->inspect.status == 404 || !id)
        return true;
    if (!is_ours(l)) {
        foreign(l);
        return true;
    }
    if (is_busy(l))
        return false;
    adopt(l, id);
    return true;
}

static bool is_settled(struct flow *flow)
{
    struct leftover *l = self(flow);
    if (!l->looked) {
        l->looked = true;
        if (judge(l))
            return true;
        pause_begin(&l->pause, &flow->op, BUSY_AGAIN);
    } else {
        look(flow);
    }
    return false;
}

static void save(struct flow *flow)
{
    struct leftover *l = self(flow);
    if (l->id && !l->running && l->out_dir)
        salvage_begin(&l->salvage, &flow->op, l->engine, l->home, l->profile, l->id, l->out_dir);
}

/* One that has run, and that somebody is yet to ask for, or to look at. */
static bool waits_for_user(struct leftover *l)
{
    struct op *op = &l->flow.op;
    const char *state = json_text_at(l->inspect.json, "State.Status");
    const char *role = label(l, LABEL_ROLE), *session = label(l, LABEL_SESSION);

    if (!state || strcmp(state, "exited") != 0)
        return false;
    if (strcmp(role, ROLE_KEPT) == 0) {
        op_fail(op, "%s has ended and is kept", l->name);
        error_hint(&op->err, "`ccpod down` removes it, with the rest of the project's containers");
    } else if (strcmp(role, ROLE_DETACHED) == 0) {
        op_fail(op, "%s was detached and has ended", l->name);
        error_hint(&op->err, "`ccpod wait%s%s` tells its exit code and removes it",
            *session ? " --session " : "", session);
    }
    return error_is_set(&op->err);
}

static void remove_it(struct flow *flow)
{
    struct leftover *l = self(flow);
    if (!l->id || l->running || waits_for_user(l))
        return;
    log_news("removing what is left of an earlier session: %s", l->name);
    container_remove(&l->removal, &flow->op, l->engine, l->id);
}

static void tidy_up(struct flow *flow)
{
    struct leftover *l = self(flow);
    if (!l->out_dir || l->running)
        return;
    cleanup_free char *dir = path_dir(l->out_dir);
    rundir_remove_dir(dir);
}

static const struct flow_row rows[] = {
    {"look at what has the name", look,      is_settled, BUSY_PATIENCE},
    {"save its credentials",      save,      NULL,       60 * SECOND  },
    {"remove it",                 remove_it, NULL,       40 * SECOND  },
    {"remove its run directory",  tidy_up,   NULL,       NO_LIMIT     },
};

static const struct op_type leftover_type = {"leftover", flow_step, NULL, NULL, flow_child_ended};

void leftover_begin(struct leftover *l, struct op *parent, const struct engine *engine,
    const struct ccpod_home *home, const char *profile, const char *name)
{
    l->engine = engine;
    l->home = home;
    l->profile = profile;
    l->name = name;
    l->running = false;
    flow_begin(&l->flow, &leftover_type, parent, NULL, rows, array_size(rows), array_size(rows));
    l->flow.brief = true;
}

void leftover_release(struct leftover *l)
{
    call_release(&l->inspect);
    call_release(&l->removal);
    salvage_release(&l->salvage);
    free(l->id);
    free(l->out_dir);
    l->id = l->out_dir = NULL;
    if (l->flow.op.type)
        flow_release(&l->flow);
}
