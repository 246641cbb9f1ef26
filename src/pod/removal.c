/* removal.c - see removal.h. */
#include "pod/removal.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "config/names.h"
#include "loop/loop.h"

static void look(struct removal *r)
{
    r->state = REMOVAL_LOOKING;
    container_inspect(&r->call, &r->op, r->engine, r->name);
}

static bool is_ours(const json_t *container, const char *lease)
{
    /* The label's name has a dot in it: no path of keys. */
    const json_t *labels = json_at(container, "Config.Labels");
    const char *theirs = json_string_value(json_object_get(labels, LABEL_LEASE));
    return theirs && strcmp(theirs, lease) == 0;
}

static void remove_it(struct removal *r)
{
    r->state = REMOVAL_REMOVING;
    r->tries++;
    container_remove(&r->call, &r->op, r->engine, r->id);
    r->call.op.quiet = true;
}

static void wait_a_little(struct removal *r)
{
    r->state = REMOVAL_WAITING;
    pause_begin(&r->pause, &r->op, REMOVAL_AGAIN);
}

/* The look-up has answered: remove it, look again later, or be done. */
static void judge(struct removal *r)
{
    const char *id = json_text_at(r->call.json, "Id");
    if (r->call.status == 404 && loop_now(r->op.loop) < r->until) {
        wait_a_little(r);
    } else if (r->call.status == 404 || !id || !is_ours(r->call.json, r->lease)) {
        op_finish(&r->op);
    } else {
        r->id = mem_strdup(id);
        remove_it(r);
    }
}

/* The removal has ended, one way or the other. Somebody else's, which is under way, may fail: what
 * is not gone by then is asked for again. */
static void removed(struct removal *r)
{
    bool failed = error_is_set(&r->call.op.err);
    bool in_progress = !failed && r->call.status == 409, away = r->call.connect_error != 0;
    if ((failed && r->tries < REMOVAL_TRIES) ||
        ((in_progress || away) && loop_now(r->op.loop) < r->patience)) {
        wait_a_little(r);
        return;
    }
    r->gone = !failed && !in_progress;
    error_copy(&r->op.err, &r->call.op.err);
    if (in_progress)
        op_fail(&r->op, "somebody else is removing %s, and does not come to an end", r->name);
    op_finish(&r->op);
}

static void step(struct op *op)
{
    struct removal *r = (struct removal *)op;
    if (op->children)
        return;
    if (op_is_asked(op))
        op_finish(op);
    else if (r->state == REMOVAL_REMOVING)
        removed(r);
    else if (r->state == REMOVAL_LOOKING)
        judge(r);
    else if (r->id)
        remove_it(r);
    else
        look(r);
}

/* Its time is up: what is in flight is given up, a removal that was sent goes on to its answer. */
static void stop(struct op *op)
{
    struct removal *r = (struct removal *)op;
    if (op_is_alive(&r->call.op) && error_is_set(&op->err))
        op_cancel(&r->call.op, &op->err);
    else if (op_is_alive(&r->call.op))
        op_quit(&r->call.op);
    if (op_is_alive(&r->pause.op))
        op_quit(&r->pause.op);
}

static const struct op_type removal_type = {"removal", step, stop, NULL, NULL};

void removal_begin(struct removal *r, struct op *parent, const struct engine *engine,
    const char *name, const char *id, const char *lease, bool late)
{
    op_begin(&r->op, &removal_type, parent);
    r->engine = engine;
    r->name = name;
    r->lease = lease;
    r->until = loop_now(r->op.loop) + (late ? REMOVAL_LATE : 0);
    r->patience = loop_now(r->op.loop) + REMOVAL_PATIENCE;
    r->id = mem_strdup(id);
    r->tries = 0;
    r->gone = false;
    if (id)
        remove_it(r);
    else
        look(r);
}

void removal_release(struct removal *r)
{
    call_release(&r->call);
    free(r->id);
    r->id = NULL;
    if (r->op.type)
        op_release(&r->op);
}
