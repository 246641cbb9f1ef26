/* run_teardown.c - the last rows of a run, which every way out passes: they read the facts (what
 * may exist, what has started, who has left) and do what is left to do. */
#include <errno.h>
#include <signal.h>
#include <unistd.h>

#include "base/guest_abi.h"
#include "base/log.h"
#include "pod/run_int.h"
#include "tty/term.h"

static const char *signal_to_pass_on(const struct run *run)
{
    /* A shell at a terminal ignores SIGTERM. */
    if (run->signal == SIGHUP && run->o->shell)
        return "HUP";
    return run->signal == SIGINT ? "INT" : run->signal == SIGQUIT ? "QUIT" : "TERM";
}

/* Does the container run, or may it? A start that was refused leaves nothing. */
static bool may_run(const struct run *run)
{
    return run->started && !run->over && !(run->start.answered && !call_is_ok(&run->start));
}

/* Has a session that goes on without us still to read its secrets? It would take a missing file for
 * one that it has read. */
static bool needs_secrets(const struct run *run)
{
    return run->left && run->rundir.out && may_run(run) && !run->wait.json &&
           !rundir_has_mark(&run->rundir, GUEST_OUT_SECRETS_READ);
}

/* Whoever has joined it need not wait: who made it does. */
bool run_has_its_secrets(struct flow *flow)
{
    const struct run *run = run_of(flow);
    return run->joined || !needs_secrets(run);
}

void run_stop(struct flow *flow)
{
    struct run *run = run_of(flow);
    progress_end(&run->progress);
    if (!may_run(run) || run->left)
        return;
    stopper_begin(&run->stopper, &flow->op, &run->engine, run->id, signal_to_pass_on(run),
        run->joined || call_is_ok(&run->start), &run->over);
    if (run->n_signals > 1)
        stopper_hurry(&run->stopper);
}

void run_bring_home(struct flow *flow)
{
    struct run *run = run_of(flow);
    term_leave_raw();
    /* Before anything is said: a terminal that takes no bytes keeps us, but not the session. */
    if (run->left)
        seat_leave(&run->seat);
    /* The program goes on and has not tidied up: what we say must not stand in its picture. */
    if (run->o->terminal && (run->session.detached || run->stolen))
        (void)!write(STDOUT_FILENO, "\r\n\033[J", 5);
    if (run->o->terminal)
        log_resume();
    if (!run->started || !run->id || run->left || run->lost || !run->rundir.out)
        return;
    salvage_begin(&run->salvage, &flow->op, &run->engine, run->o->home, run->profile, run->id,
        run->rundir.out);
    /* Killed, and not by us: by whom? */
    if (run->has_code && run->code == EXIT_CODE_SIGNAL + SIGKILL && !run->stopper.killed) {
        container_inspect(&run->autopsy, &flow->op, &run->engine, run->id);
        run->autopsy.op.quiet = true;
    }
}

/* Is the container to stay: the user has left it running, wants to look at it, it may run on
 * where we cannot reach it, or something in it could not be saved yet? */
static bool stays(const struct run *run)
{
    bool has_run = run->started && run->id;
    if (run->joined && !run->started)
        return true; /* it has never become ours */
    return has_run && (run->left || run->lost || run->kept || !run->salvage.safe);
}

static void say_left(const struct run *run)
{
    if (run->stolen)
        log_news(
            "the session goes on in another terminal; `%s --steal` brings it back", run->way_back);
    else if (run->o->terminal)
        log_news("the session goes on without you; `%s` brings you back", run->way_back);
}

/* May the engine still make the container, or has it, and could not be told to remove it? The
 * directory is then what a later start finds it by: see sweep.h. */
static bool may_appear(const struct run *run)
{
    return !run->id && call_is_unknown(&run->create) && !run->removal.gone;
}

/* The directory goes while the engine removes the container, and is missed if that fails. */
static void leave_to_sweep(struct run *run)
{
    cleanup_error struct error err = {0};
    cleanup_free char *signature = sweep_signature(&run->engine, run->lease);
    if (!rundir_sign_anew(&run->rundir, signature, &err))
        flow_trouble(&run->flow, &err);
}

static void forget_run_dir(struct run *run)
{
    if (run->joined && !run->started)
        return; /* what is in it may not have been read yet */
    if (!needs_secrets(run))
        rundir_forget_secrets(&run->rundir);
    if (may_appear(run))
        rundir_take_back(&run->rundir);
    else if (!stays(run))
        rundir_remove(&run->rundir);
}

void run_remove(struct flow *flow)
{
    struct run *run = run_of(flow);
    if (json_is_true_at(run->autopsy.json, "State.OOMKilled"))
        log_warn("the container was killed because it ran out of memory");
    run_note_end(run);
    if (!run->may_exist && !run->started)
        return;
    if (!stays(run)) {
        removal_begin(&run->removal, &flow->op, &run->engine, run->name, run->id, run->lease,
            !run->id && call_is_unknown(&run->create));
        forget_run_dir(run); /* while the engine is at work */
    } else if (run->left) {
        say_left(run);
    } else if (run->lost) {
        return; /* the error says it */
    } else if (run->kept) {
        log_news("kept: %s", run->name);
    } else {
        log_warn("credentials could not be brought home: %s is kept with them; `ccpod down` or the "
                 "next `ccpod run` tries again",
            run->name);
    }
}

void run_tidy_up(struct flow *flow)
{
    struct run *run = run_of(flow);
    forget_run_dir(run);
    if (run->removal.op.type && run->id && !run->removal.gone && !run->joined)
        leave_to_sweep(run);
    session_say_dropped(&run->session);
}
