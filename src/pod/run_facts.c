/* run_facts.c - what happens while the rows of a run go by: signals, and the end, told by the
 * wait or by the end of the output (which is run_output.c's). Callbacks note facts; run_step()
 * draws the conclusions before it lets the rows go on. */
#include <errno.h>
#include <signal.h>
#include <string.h>

#include "base/log.h"
#include "loop/loop.h"
#include "pod/run_int.h"
#include "tty/guardian.h"
#include "tty/term.h"

enum {
    WAIT_PATIENCE = 2 * SECOND, /* for the wait's answer after the output has ended */
    LAST_PATIENCE = 2 * SECOND, /* for all that is left to do, after the third signal */
};

static void on_guardian_bytes(void *user, const char *bytes, size_t n)
{
    (void)user;
    (void)bytes;
    (void)n;
}

static void on_guardian_end(void *user, int error)
{
    struct run *run = user;
    (void)error;
    op_kick(&run->flow.op);
}

void run_watch(struct run *run)
{
    bool shown = run->o->terminal && !run->o->detach;
    static const int headless[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT, 0};
    static const int terminal[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGWINCH, SIGCONT, 0};
    struct op *op = &run->flow.op;

    signals_begin(&run->signals, op, shown ? terminal : headless);
    journal_begin(&run->journal, op, run->o->events);
    if (run->o->timeout_ms) {
        pause_begin(&run->timeout, op, run->o->timeout_ms);
        run->timeout.op.background = true;
    }
    if (guardian_death_fd() >= 0) {
        source_begin(
            &run->guardian, op, guardian_death_fd(), on_guardian_bytes, on_guardian_end, run);
        source_read(&run->guardian, true);
    }
}

/* --- facts --- */

bool run_is_wanted_to_end(const struct run *run)
{
    return run->left || run->signal || run->timed_out || session_reader_is_gone(&run->session);
}

/* Before the container has been started there is nothing to end but ourselves. */
static void give_up(struct run *run, int code, const char *why)
{
    cleanup_error struct error err = {0};
    error_set_code(&err, code, "%s", why);
    op_cancel(&run->flow.op, &err);
}

/* A start that does not answer is not waited for any longer than need be; if it took place, the
 * container is ended. */
static void give_up_start(struct run *run)
{
    if (!op_is_alive(&run->start.op))
        return;
    run->start.op.quiet = true;
    op_quit(&run->start.op);
}

static void asked_to_end(struct run *run, int sig)
{
    run->n_signals++;
    if (!run->signal)
        run->signal = sig;
    stopper_hurry(&run->stopper);
    if (!run->started) {
        cleanup_free char *why = mem_printf("interrupted (%s)", strsignal(sig));
        give_up(run, EXIT_CODE_SIGNAL + sig, why);
    } else {
        give_up_start(run);
    }
    /* The third time somebody means it. */
    if (run->n_signals > 2 && !run->haste.op.type) {
        pause_begin(&run->haste, &run->flow.op, LAST_PATIENCE);
        run->haste.op.background = true;
    }
}

/* The way out is cut short where it waits for answers that do not come. What could not be saved
 * and removed then is kept for the next run. */
static void cut_short(struct run *run)
{
    struct op *ops[] = {&run->attach.op, &run->wait.op, &run->rest.op, &run->witness.op,
        &run->stopper.flow.op, &run->session.op, &run->salvage.flow.op, &run->autopsy.op,
        &run->removal.op};
    for (size_t i = 0; i < array_size(ops); i++)
        if (op_is_alive(ops[i]))
            op_quit(ops[i]);
}

static void give_up_output(struct run *run)
{
    struct op *ops[] = {&run->attach.op, &run->session.op};
    for (size_t i = 0; i < array_size(ops); i++)
        if (op_is_alive(ops[i]))
            op_quit(ops[i]);
}

/* A terminal that has gone leaves a session that runs as it is. One that has ended is brought to
 * its end: what it said last has no reader any more. */
static void terminal_lost(struct run *run)
{
    if (run->over)
        give_up_output(run);
    else if (run->started && !run->o->shell)
        run->left = true;
    else if (!run->signal)
        asked_to_end(run, SIGHUP);
}

static void window_changed(struct run *run)
{
    cleanup_error struct error err = {0};
    unsigned rows, columns;
    resizer_changed(&run->resizer);
    if (run->o->record && term_size(&rows, &columns) &&
        !record_resize(&run->record, rows, columns, &err))
        log_warn("the recording ends here: %s", err.text);
}

/* Continued after a stop. A terminal that cannot be had any more is no reason to end the session.
 */
static void come_back(struct run *run)
{
    cleanup_error struct error err = {0};
    if (term_enter_raw(&err)) {
        resizer_repaint(&run->resizer);
        return;
    }
    log_warn("%s", err.text);
    terminal_lost(run);
}

static void one_signal(struct run *run, int sig)
{
    if (guardian_is_copy(sig))
        return;
    switch (sig) {
    case SIGWINCH:
        window_changed(run);
        break;
    case SIGCONT:
        if (run->started && !flow_is_tearing_down(&run->flow))
            come_back(run);
        break;
    case SIGHUP:
        if (run->o->terminal) {
            terminal_lost(run);
            break;
        }
        asked_to_end(run, sig);
        break;
    default:
        asked_to_end(run, sig);
    }
}

static void look_at_signals(struct run *run)
{
    int sig;
    while ((sig = signals_next(&run->signals)))
        one_signal(run, sig);
    if (run->session.in_lost || run->guardian.at_end)
        terminal_lost(run);
    if (run->seat.wanted && run->started && !run->over && !flow_is_tearing_down(&run->flow))
        run->stolen = true;
    if ((run->session.detached && !run->over) || run->stolen)
        run->left = true;
    if (run->timeout.over && !run->timed_out && !run->over) {
        run->timed_out = true;
        if (!run->started)
            give_up(run, EXIT_CODE_TIMEOUT, "not done within --timeout");
        else
            give_up_start(run);
    }
}

static void end_with(struct run *run, int code)
{
    run->code = code;
    run->has_code = true;
    run->over = true;
    run->ended_by = run->timed_out                          ? "timeout"
                    : run->signal                           ? "signal"
                    : session_reader_is_gone(&run->session) ? "reader"
                                                            : NULL;
}

static void lose(struct run *run)
{
    run->lost = !run->witness.gone;
    run->over = true;
    if (op_is_alive(&run->rest.op))
        op_quit(&run->rest.op);
    if (error_is_set(&run->flow.op.err))
        return;
    if (run->witness.gone) {
        error_set(
            &run->flow.op.err, "somebody has removed %s: nobody knows how it ended", run->name);
        return;
    }
    error_set(
        &run->flow.op.err, "the connection to the engine was lost; %s may still run", run->name);
    error_hint(&run->flow.op.err, "once it is back, `ccpod ps` shows, and `ccpod down` ends it");
}

/* Two witnesses say how it ended: the wait call's answer, and the end of the output, after which
 * the engine is asked directly. Whichever comes first starts a limit for the other. */
static void look_at_end(struct run *run)
{
    if (!run->started || run->over || run->left)
        return;
    if (run->witness.op.ended) {
        if (run->witness.known)
            end_with(run, run->witness.code);
        else
            lose(run);
        return;
    }
    if (run->wait.op.ended) {
        cleanup_error struct error why = {0};
        int code;
        if (op_is_done(&run->wait.op) && container_exit_code(&run->wait, &code, &why))
            end_with(run, code);
        else if (!run->witness.op.type)
            witness_begin(&run->witness, &run->flow.op, &run->engine, run->id, 0);
    } else if (run->attach.op.ended && !run->witness.op.type && !op_is_alive(&run->start.op)) {
        witness_begin(&run->witness, &run->flow.op, &run->engine, run->id, WAIT_PATIENCE);
    }
    if (run->over && op_is_alive(&run->stopper.flow.op))
        op_kick(&run->stopper.flow.op);
}

void run_step(struct op *op)
{
    struct run *run = container_of(op, struct run, flow.op);
    look_at_signals(run);
    run_look_at_pod(run);
    look_at_end(run);
    run_look_at_holder(run);
    run_look_at_saved(run);
    run_look_at_output(run);
    flow_step(op);
    if (run->haste.over)
        cut_short(run);
}

/* --- the outcome --- */

int run_exit_code(const struct run *run)
{
    const struct error *err = &run->flow.op.err;
    int broken = run->session.out.broken;

    /* Told to end, and nobody can say how it did. */
    if (run->signal && !run->has_code)
        return EXIT_CODE_SIGNAL + run->signal;
    if (run->timed_out && !run->has_code)
        return EXIT_CODE_TIMEOUT;
    if (error_is_set(err))
        return err->exit_code;
    if (run->timed_out)
        return EXIT_CODE_TIMEOUT;
    if (run->left)
        return run->session.detached || run->stolen || run->o->detach ? 0
                                                                      : EXIT_CODE_SIGNAL + SIGHUP;
    if (broken == EPIPE)
        return EXIT_CODE_SIGNAL + SIGPIPE;
    return run->code;
}
