/* run.c - the run of a main container, read top to bottom in `rows`.
 *
 * The calls go out as create, attach, wait (next-exit), start, each only after the engine has
 * taken the one before: attached before the start, no first byte is lost; waited for before the
 * start, no exit code is, however short the container lives. Whatever happens, the rows from
 * "stop the container" on run, once: they read the facts (what may exist, what has started) and
 * do what is left to do.
 *
 * Attach, wait, signals, the byte session and the courier are background children: they live
 * across rows. An interrupt while the container runs is a fact that ends the row "run", not a
 * cancel of these. */
#include "pod/run_int.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/guest_abi.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/path.h"
#include "config/names.h"
#include "docker/engine_error.h"
#include "loop/loop.h"
#include "pod/guest_program.h"
#include "pod/lease.h"
#include "pod/spec.h"
#include "pod/store.h"
#include "tty/term.h"

/* --- forward --- */

static void find_engine(struct flow *flow)
{
    struct run *run = run_of(flow);
    run_watch_signals(run);
    if (run->o->timeout_ms) {
        pause_begin(&run->timeout, &flow->op, run->o->timeout_ms);
        run->timeout.op.background = true;
    }
    discover_begin(&run->discover, &flow->op, run->o->host, &run->engine);
}

/* Whose name stands in commits: the host user's own settings; the project's are not asked. */
static void ask_git(struct run *run)
{
    static const char *const argv[] = { "git", "config", "--global", "--get-regexp",
        "^user\\.(name|email)$", NULL };
    child_begin(&run->git, &run->flow.op, (char *const *)(uintptr_t)argv, "/");
    run->git.op.quiet = true;
}

/* All that the create request needs, side by side. What is on this machine is done while the
 * engine answers. */
static void prepare(struct flow *flow)
{
    struct run *run = run_of(flow);
    const struct resolved *r = run->o->resolved;
    struct error *err = &flow->op.err;
    cleanup_free char *engines = home_engines_dir(run->o->home);
    cleanup_json json_t *labels =
        json_pack("{s:s, s:s}", LABEL_PROFILE, r->profile.name, LABEL_TYPE, "plugins");

    image_inspect(&run->image, &flow->op, &run->engine, r->image.reference);
    volume_create(&run->volume, &flow->op, &run->engine, r->plugin_volume, labels);
    if (!home_make(run->o->home, engines, err))
        return;
    info_begin(&run->info_call, &flow->op, &run->engine, engines, &run->info);
    ask_git(run);
    if (r->state == STATE_PERSISTENT) {
        run->state_dir = home_state_dir(run->o->home, r->profile.name, r->project_hash);
        if (!home_make(run->o->home, run->state_dir, err))
            return;
    }
    if (!guest_program_unpack(run->o->home, &run->guest_dir, err) ||
        !rundir_make(&run->rundir, run->o->home, err) ||
        !rundir_write_secrets(&run->rundir, &r->env.secret, err) ||
        !store_hand_in(run->o->home, r->profile.name, run->rundir.in, err))
        return;
    run->lease = lease_make(run->o->role);
    run->name = run->o->terminal ? name_main(r->profile.name, r->project_hash)
                                 : name_main_run(r->profile.name, r->project_hash, run->rundir.id);
}

/* "user.name Ada Lovelace" and "user.email ..." as git prints them. */
static void read_git(struct run *run)
{
    char *rest = NULL;
    if (run->git.code != 0)
        return;
    for (char *line = strtok_r(run->git.out.s, "\n", &rest); line;
         line = strtok_r(NULL, "\n", &rest)) {
        char **to = text_starts(line, "user.name ")    ? &run->git_name
                    : text_starts(line, "user.email ") ? &run->git_email
                                                       : NULL;
        if (to) {
            free(*to);
            *to = mem_strdup(strchr(line, ' ') + 1);
        }
    }
}

static bool make_spec(struct run *run, struct error *err)
{
    const struct resolved *r = run->o->resolved;
    unsigned rows = 0, columns = 0;

    if (run->o->terminal)
        term_size(&rows, &columns);
    read_git(run);
    return spec_main(&(struct spec_facts){ .resolved = r,
                         .engine = &run->engine,
                         .info = &run->info,
                         .image = run->image.json,
                         .rundir = &run->rundir,
                         .merged_dir = run->o->merged_dir,
                         .guest_dir = run->guest_dir,
                         .state_dir = run->state_dir,
                         .lease = run->lease,
                         .role = run->o->role,
                         .session = "",
                         .git_name = run->git_name,
                         .git_email = run->git_email,
                         .command = run->o->command,
                         .terminal = run->o->terminal,
                         .with_stdin = run->o->n_inputs > 0,
                         .rows = rows,
                         .columns = columns },
        &run->spec, err);
}

static void send_create(struct run *run)
{
    run->may_exist = true; /* before it is sent: the answer may get lost, the container not */
    container_create(&run->create, &run->flow.op, &run->engine, run->name, run->spec);
}

static void create(struct flow *flow)
{
    struct run *run = run_of(flow);
    const char *image = run->o->resolved->image.reference;

    if (run->image.status == 404) {
        op_fail(&flow->op, "the image %s is not there", image);
        error_hint(&flow->op.err,
            "build or pull it, or name another one in image.use of the profile %s",
            run->o->resolved->profile.name);
        return;
    }
    if (!make_spec(run, &flow->op.err))
        return;
    send_create(run);
    /* A taken name may be what is left of an earlier session: the next row looks. */
    run->create.spec.tolerated[0] = 409;
    run->create.spec.tolerated[1] = 500;
}

/* The create's answer: an id, a taken name, or an error. */
static void take_id(struct run *run)
{
    struct call *c = &run->create;
    const char *id = json_text_at(c->json, "Id");
    run->name_taken = engine_error_is_conflict(c->status, c->body.s);
    if (run->name_taken)
        run->may_exist = false; /* what has the name was there before us */
    else if (c->status >= 400 || !id)
        engine_error_set(&run->flow.op.err, c->status, c->body.s, c->body.len);
    else
        run->id = mem_strdup(id);
}

static void make_room(struct flow *flow)
{
    struct run *run = run_of(flow);
    take_id(run);
    if (run->name_taken)
        leftover_begin(&run->leftover, &flow->op, &run->engine, run->o->home,
            run->o->resolved->profile.name, run->name);
}

static void create_again(struct flow *flow)
{
    struct run *run = run_of(flow);
    if (run->name_taken)
        send_create(run);
}

static void attach(struct flow *flow)
{
    struct run *run = run_of(flow);
    const struct session_spec streams = {
        .terminal = run->o->terminal,
        .inputs = {run->o->inputs[0], run->o->inputs[1]},
        .n_inputs = run->o->n_inputs,
        .flow = run_on_flow,
        .user = run
    };

    if (!run->id)
        take_id(run);
    if (!run->id) {
        if (run->name_taken)
            op_fail(&flow->op, "the name %s was taken again", run->name);
        return;
    }
    run->frames = (struct frames){ .payload = run_on_frame, .user = run };
    session_begin(&run->session, &flow->op, &streams);
    container_attach(&run->attach, &flow->op, &run->engine,
        &(struct attach_spec){ .name = run->id,
            .stdin = run->o->n_inputs > 0,
            .bytes = run_on_output,
            .drained = run_on_drained,
            .user = run });
    run->attach.op.quiet = false; /* until it is attached */
}

static bool is_attached(struct flow *flow)
{
    return run_of(flow)->attach.upgraded;
}

static void ask_exit_code(struct flow *flow)
{
    struct run *run = run_of(flow);
    run->attach.op.quiet = true; /* from here on its end is a fact */
    container_wait(&run->wait, &flow->op, &run->engine, run->id, "next-exit");
}

static bool is_waited_for(struct flow *flow)
{
    return run_of(flow)->wait.answered;
}

static void start(struct flow *flow)
{
    struct run *run = run_of(flow);
    run->wait.op.quiet = true;
    courier_begin(
        &run->courier, &flow->op, run->o->home, &run->rundir, run->o->resolved->profile.name);
    run->started = true; /* the answer may get lost, the container not */
    container_start(&run->start, &flow->op, &run->engine, run->id);
}

static void begin_session(struct flow *flow)
{
    struct run *run = run_of(flow);
    if (run->o->terminal) {
        log_hold(); /* nothing of ours between raw bytes */
        if (!term_enter_raw(&flow->op.err))
            return;
        resizer_begin(&run->resizer, &flow->op, &run->engine, run->id);
    }
    session_connect(&run->session, &run->attach.stream);
}

static bool is_over(struct flow *flow)
{
    const struct run *run = run_of(flow);
    return run->over || run_is_wanted_to_end(run);
}

/* --- teardown --- */

static const char *signal_to_pass_on(const struct run *run)
{
    return run->signal == SIGINT ? "INT" : run->signal == SIGHUP ? "HUP" : "TERM";
}

static void stop(struct flow *flow)
{
    struct run *run = run_of(flow);
    /* A start that was refused leaves nothing that runs; one without an answer may. */
    if (!run->started || run->over || (run->start.answered && !call_is_ok(&run->start)))
        return;
    stopper_begin(
        &run->stopper, &flow->op, &run->engine, run->id, signal_to_pass_on(run), &run->over);
    if (run->n_signals > 1)
        stopper_hurry(&run->stopper);
}

static void drain(struct flow *flow)
{
    struct run *run = run_of(flow);
    /* Nothing more will come from a container that never ran: the engine keeps such streams open.
     */
    if (!run->over) {
        if (op_is_alive(&run->attach.op))
            op_quit(&run->attach.op);
        if (op_is_alive(&run->wait.op))
            op_quit(&run->wait.op);
    }
}

static bool is_drained(struct flow *flow)
{
    const struct run *run = run_of(flow);
    return !op_is_alive(&run->session.op) && !op_is_alive(&run->attach.op);
}

static void bring_home(struct flow *flow)
{
    struct run *run = run_of(flow);
    term_leave_raw();
    if (run->o->terminal)
        log_resume();
    if (!run->started || !run->id)
        return;
    salvage_begin(&run->salvage, &flow->op, &run->engine, run->o->home,
        run->o->resolved->profile.name, run->id, run->rundir.out);
    /* Killed, and not by us: by whom? */
    if (run->has_code && run->code == EXIT_CODE_SIGNAL + SIGKILL && !run->stopper.killed) {
        container_inspect(&run->autopsy, &flow->op, &run->engine, run->id);
        run->autopsy.op.quiet = true;
    }
}

static void remove_container(struct flow *flow)
{
    struct run *run = run_of(flow);
    bool unsaved = run->started && run->id && !run->salvage.safe;

    if (json_is_true_at(run->autopsy.json, "State.OOMKilled"))
        log_warn("the container was killed because it ran out of memory");
    if (!run->may_exist)
        return;
    if (unsaved)
        log_warn(
            "credentials could not be read; the container %s is kept for the next run", run->name);
    else if (run->o->keep && run->started)
        log_news("kept: %s", run->name);
    else
        removal_begin(&run->removal, &flow->op, &run->engine, run->name, run->id, run->lease,
            !run->id && call_is_unknown(&run->create));
}

static void tidy_up(struct flow *flow)
{
    struct run *run = run_of(flow);
    bool kept = run->started && run->id && (!run->salvage.safe || run->o->keep);
    rundir_forget_secrets(&run->rundir);
    if (!kept)
        rundir_remove(&run->rundir);
}

static const struct flow_row rows[] = {
  /* doing (goes into the error)     begin             ready          limit */
    {"find the engine",             find_engine,      NULL,          NO_LIMIT    },
    { "prepare the container",      prepare,          NULL,          60 * SECOND },
    { "create the container",       create,           NULL,          90 * SECOND },
    { "create the container",       make_room,        NULL,          150 * SECOND},
    { "create the container",       create_again,     NULL,          90 * SECOND },
    { "attach to the container",    attach,           is_attached,   15 * SECOND },
    { "ask for its exit code",      ask_exit_code,    is_waited_for, 15 * SECOND },
    { "start the container",        start,            NULL,          90 * SECOND },
    { "run",                        begin_session,    is_over,       NO_LIMIT    },
 /* Teardown: success, failure, timeout and interrupt all pass here. */
    { "stop the container",         stop,             NULL,          60 * SECOND },
    { "take its last output",       drain,            is_drained,    NO_LIMIT    },
    { "bring the credentials home", bring_home,       NULL,          60 * SECOND },
    { "remove the container",       remove_container, NULL,          60 * SECOND },
    { "tidy up",                    tidy_up,          NULL,          NO_LIMIT    },
};
enum { RUN_TEARDOWN = 9 };

static const struct op_type run_type = { "run", run_step, NULL, NULL, flow_child_ended };

static void release(struct run *run)
{
    struct call *calls[] = { &run->image, &run->volume, &run->create, &run->attach, &run->wait,
        &run->start, &run->autopsy };
    for (size_t i = 0; i < array_size(calls); i++)
        call_release(calls[i]);
    discover_release(&run->discover);
    info_release(&run->info_call);
    child_release(&run->git);
    leftover_release(&run->leftover);
    resizer_release(&run->resizer);
    witness_release(&run->witness);
    stopper_release(&run->stopper);
    salvage_release(&run->salvage);
    removal_release(&run->removal);
    engine_release(&run->engine);
    rundir_release(&run->rundir);
    json_decref(run->spec);
    free(run->guest_dir);
    free(run->state_dir);
    free(run->lease);
    free(run->name);
    free(run->id);
    free(run->git_name);
    free(run->git_email);
    flow_release(&run->flow);
    free(run);
}

int run_main(const struct run_options *o, struct error *err)
{
    struct loop *loop = mem_zalloc(sizeof *loop);
    struct run *run = mem_zalloc(sizeof *run);

    loop_init(loop);
    run->o = o;
    flow_begin(&run->flow, &run_type, NULL, loop, rows, array_size(rows), RUN_TEARDOWN);
    loop_run(loop, &run->flow.op, term_leave_raw);
    for (unsigned i = 0; i < run->flow.n_trouble; i++)
        log_warn("%s", run->flow.trouble[i].text);
    int code = run_exit_code(run);
    error_copy(err, &run->flow.op.err);
    release(run);
    loop_close(loop);
    free(loop);
    return code;
}
