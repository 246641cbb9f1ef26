/* witness.c - see witness.h. */
#include "pod/witness.h"

#include <string.h>
#include <time.h>

#include "base/str.h"
#include "loop/loop.h"

/* The engine gives year 1 for what has not happened. */
bool witness_has_run(const json_t *state)
{
    const char *status = json_text_at(state, "Status"), *started = json_text_at(state, "StartedAt");
    return !(status && strcmp(status, "created") == 0) &&
           !(started && strncmp(started, "0001-", 5) == 0);
}

/* As the engine writes times, by the same clock: it is on this machine. RFC 3339 in UTC sorts as
 * text. */
static void note_answer(struct witness *w)
{
    time_t until = time(NULL) + WITNESS_DOUBT;
    struct tm utc;
    gmtime_r(&until, &utc);
    strftime(w->doubtful, sizeof w->doubtful, "%Y-%m-%dT%H:%M:%SZ", &utc);
}

/* Docker does not take up again what such a container has left in its pipes. */
static bool has_ended_unseen(const struct witness *w, const json_t *state)
{
    const char *finished = json_text_at(state, "FinishedAt");
    bool is_early = finished && text_ends(finished, "Z") && strcmp(finished, w->doubtful) < 0;
    return is_early || w->running < WITNESS_CERTAIN;
}

/* What an inspect answer says; false: ask again. */
static bool judge(struct witness *w)
{
    const json_t *state = json_at(w->call.json, "State");
    if (w->call.status == 404) {
        w->gone = true;
        return true;
    }
    if (!state) {
        return loop_now(w->op.loop) >= w->until;
    }
    if (!*w->doubtful)
        note_answer(w);
    w->until = loop_now(w->op.loop) + WITNESS_PATIENCE;
    if (json_is_true_at(state, "Running") || json_is_true_at(state, "Restarting")) {
        w->running++;
        op_tell(&w->op);
        return false;
    }
    /* One that has never run has an exit code as well: 0, also while it is being removed. */
    if (!witness_has_run(state))
        return false;
    w->code = (int)json_int_at(state, "ExitCode", EXIT_CODE_FAILED);
    w->known = true;
    w->unseen = has_ended_unseen(w, state);
    return true;
}

static void step(struct op *op)
{
    struct witness *w = (struct witness *)op;
    if (op->children)
        return;
    if (op_is_asked(op) || (w->looked && judge(w))) {
        op_finish(op);
        return;
    }
    w->looked = !w->looked;
    if (w->looked)
        container_inspect(&w->call, op, w->engine, w->id);
    else
        pause_begin(&w->pause, op, json_at(w->call.json, "State") ? WITNESS_AGAIN : WITNESS_KNOCK);
}

/* That the engine does not answer is no error here, but a reason to ask again. */
static const struct op_type witness_type = {
    "witness", step, op_quit_children, NULL, op_kick_by_child};

void witness_begin(struct witness *w, struct op *parent, const struct engine *engine,
    const char *id, uint64_t delay_ms)
{
    op_begin(&w->op, &witness_type, parent);
    w->op.background = true;
    w->op.quiet = true;
    w->engine = engine;
    w->id = id;
    w->running = 0;
    *w->doubtful = '\0';
    w->unseen = w->known = w->gone = w->looked = false;
    w->until = loop_now(w->op.loop) + delay_ms + WITNESS_PATIENCE;
    pause_begin(&w->pause, &w->op, delay_ms);
}

void witness_release(struct witness *w)
{
    call_release(&w->call);
    if (w->op.type)
        op_release(&w->op);
}
