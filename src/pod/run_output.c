/* run_output.c - the output of a run: from the attached stream to our standard output, and what
 * becomes of it when either breaks off.
 *
 * A container's first process (the guest) keeps its output open until it ends, so the stream ends
 * with the container, or it was cut. Which of the two shows only afterwards: the container is
 * seen to run, or the wait's answer comes long after the stream's end. What is missing then comes
 * from the engine's log (rest.h), where there is one: a session at a terminal keeps none. */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "loop/loop.h"
#include "pod/run_int.h"

enum {
    SEEN_RUNNING = 6,             /* looks of the witness until we believe that it runs on */
    END_GAP = 200,                /* from the stream's end to the wait's answer: usual is less */
    DRAIN_PATIENCE = 10 * SECOND, /* for more output after the container has ended */
    LEAVE_PATIENCE = 1 * SECOND,  /* for a terminal that takes no bytes while we leave it */
};

/* Where the end of the stream may be right, the log is read as well, unless so much was written
 * that this would take long. */
static const uint64_t REST_CHECKED = 8 * MIB;

/* --- bytes --- */

static void on_frame(void *user, enum frames_stream stream, const char *bytes, size_t n)
{
    struct run *run = user;
    int fd = stream == FRAMES_STDOUT ? STDOUT_FILENO : STDERR_FILENO;
    run->bytes_seen += n;
    if (stream != FRAMES_ENGINE)
        rest_note(&run->rest, stream, bytes, n);
    session_output(&run->session, fd, bytes, n);
}

static void on_output(void *user, const char *bytes, size_t n)
{
    struct run *run = user;
    if (run->o->terminal) {
        run->bytes_seen += n;
        session_output(&run->session, STDOUT_FILENO, bytes, n);
    } else if (!frames_feed(&run->frames, bytes, n)) {
        log_detail("the engine's output cannot be told apart any more: the rest is on stderr");
    }
}

static void on_drained(void *user)
{
    struct run *run = user;
    session_drained(&run->session);
}

static void on_flow(void *user, bool on)
{
    struct run *run = user;
    if (run->attach.stream)
        stream_read(run->attach.stream, on);
    rest_flow(&run->rest, on);
}

void run_attach(struct flow *flow)
{
    struct run *run = run_of(flow);
    const struct session_spec streams = {
        .terminal = run->o->terminal,
        .inputs = {run->o->inputs[0], run->o->inputs[1]},
        .n_inputs = run->o->n_inputs,
        .detach_keys = run->o->detach_keys,
        .record = run->o->record ? &run->record : NULL,
        .flow = on_flow,
        .user = run
    };

    if (run->o->detach)
        return;
    run->frames = (struct frames){.payload = on_frame, .user = run};
    session_begin(&run->session, &flow->op, &streams);
    container_attach(&run->attach, &flow->op, &run->engine,
        &(struct attach_spec){.name = run->id,
            .stdin = run->o->n_inputs > 0,
            .bytes = on_output,
            .drained = on_drained,
            .user = run});
    run->attach.op.quiet = false; /* until it is attached */
}

/* --- facts --- */

/* A reader that goes away is the end of a pipeline; everything else that keeps our output from
 * being written (a full disk) is a failure. */
static void look_at_reader(struct run *run)
{
    int broken = run->session.out.broken;
    if (broken && broken != EPIPE && broken != ECANCELED)
        error_set(&run->flow.op.err, "write to standard output: %s", strerror(broken));
}

/* Work on a part of the input must not look like work on all of it. */
static void look_at_input(struct run *run)
{
    if (run->session.in_error && !run->over)
        error_set(&run->flow.op.err, "read standard input: %s", strerror(run->session.in_error));
}

static bool is_cut(const struct run *run)
{
    return run->witness.running >= SEEN_RUNNING ||
           (!run->o->terminal && frames_is_inside(&run->frames));
}

/* Did the engine go away before it said how the container ended? Then it has cut the output, too.
 * The output's own connection tells less: it breaks off also where we have sent what the
 * container did not read. */
static bool has_engine_gone(const struct run *run)
{
    return run->wait.broken || (run->wait.at_end && !run->wait.complete);
}

/* The stream has ended: is that all there was? */
static void look_for_rest(struct run *run)
{
    uint64_t now = loop_now(run->flow.op.loop);
    if (!run->output_ended)
        run->output_ended = now;
    if (run->o->terminal || run->left || run->lost || run->rest.op.type)
        return;
    if (flow_is_tearing_down(&run->flow) && !run->over)
        return; /* we have ended the stream ourselves */
    /* Long before the code came, or not at all until we gave it up. */
    bool is_odd = now - run->output_ended >= END_GAP || run->attach.op.quitting;
    bool may_be_cut =
        run->over && is_odd && run->info.has_local_log && run->bytes_seen <= REST_CHECKED;
    if (!is_cut(run) && !run->witness.running && !may_be_cut && !has_engine_gone(run))
        return;
    rest_begin(&run->rest, &run->flow.op, &run->engine, run->id, &run->over, on_frame, run);
    run->bytes_before = UINT64_MAX; /* as long a patience with it, from now on */
}

/* An engine that comes back to a container that has ended meanwhile has lost what it wrote last
 * (Docker 20.10 does), and no log tells. The code is the container's all the same, but a success
 * that may lack output is none; a session at a terminal has been seen. */
static void say_missing(struct run *run)
{
    static const char text[] =
        "the engine went away before the end: the last of the output may be missing";
    if (!run->told_missing && (run->o->terminal || run->code != 0))
        log_warn("%s", text);
    else if (!run->told_missing)
        error_set(&run->flow.op.err, "%s", text);
    run->told_missing = true;
}

/* What was cut and cannot be had otherwise is missing, and must not look like all there was. */
static void look_at_cut(struct run *run)
{
    bool has_rest = run->rest.op.type && !(run->rest.op.ended && run->rest.differs);
    if (run->left || run->lost || op_is_alive(&run->rest.op))
        return;
    if (run->witness.unseen && has_engine_gone(run)) {
        say_missing(run);
        return;
    }
    if (run->o->terminal && run->over && run->witness.running && !run->told_missing) {
        log_warn("the connection to its output broke before its end: the last of it is missing");
        run->told_missing = true;
    }
    if (flow_is_tearing_down(&run->flow) || !is_cut(run) || has_rest)
        return;
    error_set(&run->flow.op.err, "the connection to its output broke: output is missing");
    if (run->o->terminal) {
        run->left = true;
        error_hint(&run->flow.op.err, "the session goes on; `%s` brings you back", run->way_back);
    }
}

/* Were we told to end? */
static bool is_in_haste(const struct run *run)
{
    return run->signal || run->timed_out;
}

/* After the end: output goes on as long as it comes; a stream that stays open without a byte is
 * given up after a while, and so is a reader who does not read though we were told to end. */
static void look_at_drain(struct run *run)
{
    if (!run->drain_patience.op.type || run->bytes_before != run->bytes_seen) {
        run->bytes_before = run->bytes_seen;
        pause_begin(&run->drain_patience, &run->flow.op,
            is_in_haste(run) ? SESSION_READER_PATIENCE : DRAIN_PATIENCE);
        run->drain_patience.op.background = true;
    } else if (op_is_alive(&run->attach.op) && !run->session.stops) {
        op_quit(&run->attach.op);
    } else if (op_is_alive(&run->rest.op) && !run->session.stops) {
        op_quit(&run->rest.op);
    } else if (is_in_haste(run)) {
        op_quit(&run->session.op);
    }
}

void run_look_at_output(struct run *run)
{
    look_at_reader(run);
    look_at_input(run);
    if (run->started && run->attach.op.ended) {
        look_for_rest(run);
        look_at_cut(run);
    }
    if (!op_is_alive(&run->session.op))
        return;
    if (!run->over) {
        /* What a terminal that is being left does not take is worth nothing. */
        if (run->drain_patience.over)
            op_quit(&run->session.op);
        return;
    }
    if (run->attach.op.ended && !op_is_alive(&run->rest.op))
        session_end(&run->session);
    if (!op_is_alive(&run->drain_patience.op))
        look_at_drain(run);
}

/* --- rows --- */

void run_drain(struct flow *flow)
{
    struct run *run = run_of(flow);
    struct op *ops[] = {&run->attach.op, &run->rest.op, &run->wait.op};
    /* From a container that never ran, or goes on without us, nothing more is waited for. */
    if (run->over)
        return;
    for (size_t i = 0; i < array_size(ops); i++)
        if (op_is_alive(ops[i]))
            op_quit(ops[i]);
    if (!op_is_alive(&run->session.op))
        return;
    session_end(&run->session);
    pause_begin(&run->drain_patience, &flow->op, LEAVE_PATIENCE);
    run->drain_patience.op.background = true;
}

bool run_is_drained(struct flow *flow)
{
    const struct run *run = run_of(flow);
    return !op_is_alive(&run->session.op) && !op_is_alive(&run->attach.op);
}
