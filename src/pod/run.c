/* run.c - the run of a main container, read top to bottom in `rows`.
 *
 * The calls go out as create, attach, wait (next-exit), start, each only after the engine has
 * taken the one before: attached before the start, no first byte is lost; waited for before the
 * start, no exit code is, however short the container lives. A session that runs already is
 * joined instead: attach, wait (not-running), and a look whether it still runs, because attaching
 * to one that has ended brings neither bytes nor an end.
 *
 * Whatever happens, the rows from "let it read its secrets" on run, once (run_teardown.c). Attach,
 * wait, signals, the byte session and the courier are background children: they live across
 * rows. An interrupt while the container runs is a fact that ends the row "run", not a cancel of
 * these (run_facts.c); the
 * output goes its own way (run_output.c). */
#include "pod/run.h"

#include <stdlib.h>
#include <string.h>

#include "base/guest_abi.h"
#include "base/log.h"
#include "config/names.h"
#include "loop/loop.h"
#include "loop/timing.h"
#include "pod/run_int.h"
#include "pod/supported.h"
#include "tty/term.h"

/* Detached, and the session runs already: there is nothing to wait for. */
static bool is_joined_in_passing(const struct run *run)
{
    return run->o->detach && run->joined;
}

static bool is_attached(struct flow *flow)
{
    const struct run *run = run_of(flow);
    return run->attach.upgraded || run->o->detach;
}

static void ask_exit_code(struct flow *flow)
{
    struct run *run = run_of(flow);
    if (is_joined_in_passing(run))
        return;
    run->attach.op.quiet = true; /* from here on its end is a fact */
    container_wait(
        &run->wait, &flow->op, &run->engine, run->id, run->joined ? "not-running" : "next-exit");
}

static bool is_waited_for(struct flow *flow)
{
    const struct run *run = run_of(flow);
    return (run->wait.answered && call_is_ok(&run->wait)) || is_joined_in_passing(run);
}

static void start(struct flow *flow)
{
    struct run *run = run_of(flow);
    run->wait.op.quiet = true;
    /* What broke by now would lose the output of a container that is yet to start. */
    if (run->attach.at_end || run->attach.broken) {
        op_fail(&flow->op, "the connection to its output broke");
        return;
    }
    if (run->rundir.out)
        courier_begin(&run->courier, &flow->op, run->o->home, &run->rundir, run->profile);
    run->started = true; /* the answer may get lost, the container not */
    run_keep_seat(run);
    if (!run->joined)
        container_start(&run->start, &flow->op, &run->engine, run->id);
}

static void begin_record(struct run *run)
{
    unsigned rows = 24, columns = 80;
    cleanup_error struct error err = {0};
    term_size(&rows, &columns);
    if (!record_begin(&run->record, rows, columns, &err))
        log_warn("there is no recording: %s", err.text);
}

/* A run that has found its session running already. */
static void say_joined(const struct run *run)
{
    log_news(run->o->detach ? "it runs already: %s" : "back in the session that runs already (%s)",
        run->name);
    if (run->o->for_new)
        log_warn("not applied to a session that runs already: %s", run->o->for_new);
}

static void begin_session(struct flow *flow)
{
    struct run *run = run_of(flow);
    if (run->leftover.running)
        say_joined(run);
    if (!run->joined)
        run_note_container(run, "started");
    timing_mark(flow->op.loop);
    if (run->o->detach)
        return;
    if (run->o->terminal) {
        log_hold(); /* nothing of ours between raw bytes */
        if (!term_enter_raw(&flow->op.err))
            return;
        resizer_begin(&run->resizer, &flow->op, &run->engine, run->id, run->joined);
        begin_record(run);
    }
    session_connect(&run->session, &run->attach.stream);
}

/* A detached run is left once the guest has its secrets, and not before: they go with us. */
static void leave(struct run *run)
{
    if (run->left)
        return;
    run->left = is_joined_in_passing(run) || rundir_has_mark(&run->rundir, GUEST_OUT_SECRETS_READ);
    if (run->left || !run->has_code)
        return;
    run->kept = true;
    op_fail(&run->flow.op, "it ended with code %d before it was set up", run->code);
    error_hint(&run->flow.op.err, "`ccpod logs` shows what it said, `ccpod wait` removes it");
}

static bool is_over(struct flow *flow)
{
    struct run *run = run_of(flow);
    if (run->o->detach)
        leave(run);
    return (run->over && !op_is_alive(&run->rest.op)) || run_is_wanted_to_end(run);
}

/* From the container to the end: of a run and of an attach. Teardown: success, failure, timeout
 * and interrupt all pass there. */
/* clang-format off */
#define ROWS_OF_SESSION                                                                            \
    {"attach to the session",      run_take_seat,  NULL,               NO_LIMIT   },               \
    {"attach to the container",    run_attach,     is_attached,        15 * SECOND},               \
    {"ask for its exit code",      ask_exit_code,  is_waited_for,      15 * SECOND},               \
    {"start the container",        start,          NULL,               90 * SECOND},               \
    {"run",                        begin_session,  is_over,            NO_LIMIT   },               \
    /* Teardown */                                                                                 \
    {"let it read its secrets",    NULL,           run_has_its_secrets, 10 * SECOND},              \
    {"stop the container",         run_stop,       NULL,               60 * SECOND},               \
    {"take its last output",       run_drain,      run_is_drained,     NO_LIMIT   },               \
    {"bring the credentials home", run_bring_home, NULL,               60 * SECOND},               \
    {"remove the container",       run_remove,     NULL,               60 * SECOND},               \
    {"roll back",                  run_roll_back,  run_is_rolled_back, NO_LIMIT   },               \
    {"sweep",                      NULL,           run_has_swept,      10 * SECOND},               \
    {"tidy up",                    run_tidy_up,    NULL,               NO_LIMIT   },               \
    {"write the last events",      run_end_journal, run_is_journal_written, JOURNAL_PATIENCE}
enum { ROWS_OF_TEARDOWN = 9 };

static const struct flow_row run_rows[] = {
    /* doing (goes into the error) begin           ready               limit */
    {"find the engine",            run_find_engine,  run_has_asked,    NO_LIMIT    },
    {"prepare the container",      run_prepare_host, NULL,             NO_LIMIT    },
    {"find the engine",            NULL,             run_has_engine,   NO_LIMIT    },
    {"prepare the container",      run_prepare,      NULL,             NO_LIMIT    },
    {"bring up the pod",           NULL,             run_is_pod_up,    NO_LIMIT    },
    {"bring up the pod",           run_pod_is_up,    NULL,             NO_LIMIT    },
    {"create the container",       run_create,       NULL,             90 * SECOND },
    {"create the container",       run_look_at_name, run_is_created,   150 * SECOND},
    ROWS_OF_SESSION
};

static const struct flow_row attach_rows[] = {
    {"look for the session",       run_find_session,    NULL,          NO_LIMIT    },
    {"attach to the session",      run_look_at_session, NULL,          40 * SECOND },
    {"attach to the session",      run_join_session,    NULL,          NO_LIMIT    },
    ROWS_OF_SESSION
};
/* clang-format on */

static const struct op_type run_type = {"run", run_step, NULL, NULL, flow_child_ended};

static void release(struct run *run)
{
    struct call *calls[] = {&run->create, &run->look, &run->attach, &run->wait, &run->start,
        &run->autopsy, &run->holder_wait};
    for (size_t i = 0; i < array_size(calls); i++)
        call_release(calls[i]);
    up_release(&run->up);
    sweep_release(&run->sweep);
    image_release(&run->image);
    plugin_volume_release(&run->plugins);
    if (run->making_rundir.op.type)
        flow_release(&run->making_rundir);
    discover_release(&run->discover);
    info_release(&run->info_call);
    child_release(&run->git);
    leftover_release(&run->leftover);
    seat_release(&run->seat);
    survey_release(&run->survey);
    resizer_release(&run->resizer);
    rest_release(&run->rest);
    witness_release(&run->witness);
    stopper_release(&run->stopper);
    salvage_release(&run->salvage);
    removal_release(&run->removal);
    engine_release(&run->engine);
    rundir_release(&run->rundir);
    record_close(&run->record);
    json_decref(run->spec);
    free(run->guest_dir);
    free(run->state_dir);
    free(run->lease);
    free(run->way_back);
    free(run->name);
    free(run->id);
    free(run->holder);
    flow_release(&run->flow);
    free(run);
}

static struct run *make(const struct run_options *o)
{
    struct run *run = mem_zalloc(sizeof *run);
    run->o = o;
    run->record.fd = -1;
    return run;
}

/* Its rows from the first to the last; it is no more then. `ret_name` may be NULL. */
static int go(
    struct run *run, const struct flow_row *rows, unsigned n, char **ret_name, struct error *err)
{
    struct loop *loop = mem_zalloc(sizeof *loop);

    loop_init(loop);
    loop->timing = run->o->timing;
    flow_begin(&run->flow, &run_type, NULL, loop, rows, n, n - ROWS_OF_TEARDOWN);
    loop_run(loop, &run->flow.op, term_leave_raw);
    for (unsigned i = 0; i < run->flow.n_trouble; i++)
        log_warn("%s", run->flow.trouble[i].text);
    for (unsigned i = 0; i < run->up.flow.n_trouble; i++)
        log_warn("%s", run->up.flow.trouble[i].text);
    int code = run_exit_code(run);
    error_copy(err, &run->flow.op.err);
    if (error_is_set(err))
        err->exit_code = code;
    if (ret_name)
        *ret_name = take(run->name);
    release(run);
    loop_close(loop);
    free(loop);
    return code;
}

int run_main(const struct run_options *o, char **ret_name, struct error *err)
{
    if (!config_is_supported(o->resolved, err))
        return EXIT_CODE_FAILED;
    struct run *run = make(o);
    run->kept = strcmp(o->role, ROLE_KEPT) == 0;
    return go(run, run_rows, array_size(run_rows), ret_name, err);
}

int attach_main(const struct run_options *o, const struct member_filter *filter, const char *which,
    struct error *err)
{
    struct run *run = make(o);
    run->filter = filter;
    run->which = which;
    return go(run, attach_rows, array_size(attach_rows), NULL, err);
}
