/* main_end.c - see main_end.h. */
#include "pod/main_end.h"

#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "config/names.h"
#include "loop/loop.h"
#include "loop/pause.h"
#include "pod/ending.h"
#include "pod/lease.h"
#include "pod/survey.h"
#include "pod/target.h"
#include "pod/witness.h"

enum { START_AGAIN = 50 };

struct main_end {
    struct flow flow;
    const struct main_end_options *o;
    bool waits; /* for its end, instead of ending it */
    struct survey survey;
    const struct member *member;
    struct call inspect, wait;
    struct pause pause;
    bool looked;            /* the inspect that has ended was judged */
    bool is_starting;       /* its maker lived before that inspect */
    struct witness witness; /* where the wait call gives nothing */
    struct ending ending;
    int code;
};

static struct main_end *self(struct flow *flow)
{
    return container_of(flow, struct main_end, flow);
}

static void look(struct flow *flow)
{
    struct main_end *m = self(flow);
    struct member_filter filter = *m->o->filter;
    filter.stopped = true;
    survey_begin(&m->survey, &flow->op, NULL, m->o->host, &filter);
}

static void choose(struct flow *flow)
{
    struct main_end *m = self(flow);
    m->member = target_main(&m->survey.members, m->o->which);
    if (m->member)
        return;
    if (m->o->which)
        op_fail(&flow->op, "there is no session or run %s in this project", m->o->which);
    else
        op_fail(&flow->op, "there is no session in this project");
    error_hint(&flow->op.err, "`ccpod ps --all --project` shows what there is");
}

/* Its maker is looked at first: one that starts it and goes has started it by the answer. */
static void look_at_start(struct main_end *m)
{
    m->looked = false;
    m->is_starting = lease_look(m->member->lease) == LEASE_ALIVE;
    container_inspect(&m->inspect, &m->flow.op, &m->survey.engine, m->member->id);
}

/* To the engine one that has never run is one that runs no more, with code 0. */
static void see_it_start(struct flow *flow)
{
    struct main_end *m = self(flow);
    if (m->waits && strcmp(m->member->state, "created") == 0)
        look_at_start(m);
}

static bool has_started(struct flow *flow)
{
    struct main_end *m = self(flow);
    if (!m->inspect.op.type)
        return true;
    if (m->looked) {
        look_at_start(m);
        return false;
    }
    m->looked = true;
    if (m->inspect.status == 404 || witness_has_run(json_at(m->inspect.json, "State")))
        return true;
    if (m->is_starting) {
        pause_begin(&m->pause, &flow->op, START_AGAIN);
        return false;
    }
    op_fail(&flow->op, "%s has never run", m->member->name);
    error_hint(&flow->op.err, "its start was broken off; `ccpod down` removes it, with the rest of "
                              "the project's containers");
    return true;
}

static void wait_for_end(struct flow *flow)
{
    struct main_end *m = self(flow);
    if (!m->waits)
        return;
    container_wait(&m->wait, &flow->op, &m->survey.engine, m->member->id, "not-running");
    m->wait.op.quiet = true;
}

/* The wait's answer, or what the engine says when asked directly. */
static bool has_ended(struct flow *flow)
{
    struct main_end *m = self(flow);
    cleanup_error struct error ignored = {0};
    if (!m->waits)
        return true;
    if (m->witness.op.ended) {
        m->code = m->witness.code;
        if (!m->witness.known)
            op_fail(&flow->op, "how %s has ended cannot be told", m->member->name);
        return true;
    }
    if (!m->wait.op.ended)
        return false;
    if (op_is_done(&m->wait.op) && container_exit_code(&m->wait, &m->code, &ignored))
        return true;
    if (!m->witness.op.type)
        witness_begin(&m->witness, &flow->op, &m->survey.engine, m->member->id, 0);
    return false;
}

static void end(struct flow *flow)
{
    struct main_end *m = self(flow);
    bool kept = strcmp(m->member->role, ROLE_KEPT) == 0;
    if (m->waits && lease_look(m->member->lease) == LEASE_ALIVE)
        return;
    if (kept)
        log_news("kept: %s", m->member->name);
    ending_begin(&m->ending, &flow->op,
        &(struct ending_spec){.engine = &m->survey.engine,
            .home = m->o->home,
            .member = m->member,
            .grace_s = m->o->grace_s,
            .stays = kept});
    m->ending.flow.op.quiet = m->waits; /* whatever becomes of it, the code is known */
}

static const struct flow_row rows[] = {
    {"look for the session", look,         NULL,        NO_LIMIT},
    {"choose it",            choose,       NULL,        NO_LIMIT},
    {"see it start",         see_it_start, has_started, NO_LIMIT},
    {"wait for it",          wait_for_end, has_ended,   NO_LIMIT},
    {"end it",               end,          NULL,        NO_LIMIT},
};

static const struct op_type main_end_type = {"main-end", flow_step, NULL, NULL, flow_child_ended};

static int run(const struct main_end_options *o, bool waits, struct error *err)
{
    struct loop *loop = mem_zalloc(sizeof *loop);
    struct main_end *m = mem_zalloc(sizeof *m);

    loop_init(loop);
    m->o = o;
    m->waits = waits;
    flow_begin(&m->flow, &main_end_type, NULL, loop, rows, array_size(rows), array_size(rows));
    m->flow.brief = true;
    loop_run(loop, &m->flow.op, NULL);
    int code = m->code;
    error_copy(err, &m->flow.op.err);
    if (waits && error_is_set(&m->ending.flow.op.err))
        log_warn("tidy up: %s", m->ending.flow.op.err.text);
    call_release(&m->inspect);
    call_release(&m->wait);
    witness_release(&m->witness);
    ending_release(&m->ending);
    survey_release(&m->survey);
    flow_release(&m->flow);
    free(m);
    loop_close(loop);
    free(loop);
    return code;
}

bool main_stop(const struct main_end_options *o, struct error *err)
{
    run(o, false, err);
    return !error_is_set(err);
}

int main_wait(const struct main_end_options *o, struct error *err)
{
    return run(o, true, err);
}
