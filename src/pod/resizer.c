/* resizer.c - see resizer.h. */
#include "pod/resizer.h"

#include "tty/term.h"

static void step(struct op *op)
{
    struct resizer *r = (struct resizer *)op;
    if (op->children)
        return;
    if (op_is_asked(op)) {
        op_finish(op);
        return;
    }
    bool refused = r->call.op.ended && r->call.status >= 400 && r->tries < RESIZER_TRIES;
    if (refused && !r->dirty && !r->pause.over) {
        pause_begin(&r->pause, op, RESIZER_AGAIN);
        return;
    }
    if (!r->dirty && !refused)
        return;
    if (r->dirty)
        r->tries = 0;
    r->pause.over = false;
    r->tries++;
    r->dirty = r->repaint;
    if (!term_size(&r->rows, &r->columns))
        return;
    if (r->repaint && r->rows > 1)
        r->rows--;
    r->repaint = false;
    r->send(&r->call, op, r->engine, r->id, r->rows, r->columns);
}

/* A size that could not be set is not worth a word. */
static const struct op_type resizer_type = {
    "resize", step, op_quit_children, NULL, op_kick_by_child};

void resizer_begin(
    struct resizer *r, struct op *parent, const struct engine *engine, const char *id, bool repaint)
{
    op_begin(&r->op, &resizer_type, parent);
    r->op.background = true;
    r->op.quiet = true;
    r->engine = engine;
    r->id = id;
    r->send = container_resize;
    r->tries = 0;
    r->dirty = true;
    r->repaint = repaint;
}

void resizer_begin_exec(
    struct resizer *r, struct op *parent, const struct engine *engine, const char *exec_id)
{
    resizer_begin(r, parent, engine, exec_id, false);
    r->send = exec_resize;
}

void resizer_changed(struct resizer *r)
{
    r->dirty = true;
    if (op_is_alive(&r->op))
        op_kick(&r->op);
}

void resizer_repaint(struct resizer *r)
{
    r->repaint = true;
    resizer_changed(r);
}

void resizer_release(struct resizer *r)
{
    call_release(&r->call);
    if (r->op.type)
        op_release(&r->op);
}
