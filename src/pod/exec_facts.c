/* exec_facts.c - what happens while an exec session runs: bytes, signals, a terminal or a reader
 * that goes away. Callbacks note facts; exec_step() draws the conclusions. */
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "base/json.h"
#include "base/log.h"
#include "docker/engine_error.h"
#include "pod/exec_int.h"
#include "tty/guardian.h"
#include "tty/term.h"

enum {
    GRACE = 10 * SECOND, /* for the command to obey, and then for the kill to be seen */
    LOOKS_USUAL = 10,    /* until the engine knows the code of what has ended */
};

static void on_guardian_bytes(void *user, const char *bytes, size_t n)
{
    (void)user;
    (void)bytes;
    (void)n;
}

static void on_guardian_end(void *user, int error)
{
    struct exec *e = user;
    (void)error;
    op_kick(&e->flow.op);
}

void exec_watch(struct exec *e)
{
    static const int wanted[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT, 0};
    static const int terminal[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGWINCH, SIGCONT, 0};
    struct op *op = &e->flow.op;

    signals_begin(&e->signals, op, e->o->terminal ? terminal : wanted);
    if (guardian_death_fd() >= 0) {
        source_begin(&e->guardian, op, guardian_death_fd(), on_guardian_bytes, on_guardian_end, e);
        source_read(&e->guardian, true);
    }
}

/* --- bytes --- */

/* The engine says in the stream that it could not start the command, some of them on stdout,
 * where only the command's own output belongs. What begins like that is held until the end, when
 * it shows whose words they were. */
static bool is_excuse(struct exec *e, int fd, const char *bytes, size_t n)
{
    static const char begin[] = "OCI runtime exec failed";
    if (e->has_output)
        return false;
    bool goes_on = e->held.len && fd == e->held_fd;
    bool begins = !e->held.len && n >= strlen(begin) && strncmp(bytes, begin, strlen(begin)) == 0;
    if (begins)
        e->held_fd = fd;
    e->has_output = !((begins || goes_on) && str_add(&e->held, bytes, n));
    return !e->has_output;
}

void exec_show_held(struct exec *e)
{
    if (e->held.len)
        session_output(&e->session, e->held_fd, e->held.s, e->held.len);
    str_clear(&e->held);
}

static void pass_on(struct exec *e, int fd, const char *bytes, size_t n)
{
    if (is_excuse(e, fd, bytes, n))
        return;
    exec_show_held(e);
    session_output(&e->session, fd, bytes, n);
}

void exec_on_frame(void *user, enum frames_stream stream, const char *bytes, size_t n)
{
    pass_on(user, stream == FRAMES_STDOUT ? STDOUT_FILENO : STDERR_FILENO, bytes, n);
}

void exec_on_output(void *user, const char *bytes, size_t n)
{
    struct exec *e = user;
    if (e->o->terminal)
        pass_on(e, STDOUT_FILENO, bytes, n);
    else if (!frames_feed(&e->frames, bytes, n))
        log_detail("the engine's output cannot be told apart any more: the rest is on stderr");
}

void exec_on_drained(void *user)
{
    struct exec *e = user;
    session_drained(&e->session);
}

void exec_on_flow(void *user, bool on)
{
    struct exec *e = user;
    if (e->stream.stream)
        stream_read(e->stream.stream, on);
}

/* --- signals --- */

static void asked_to_end(struct exec *e, int sig)
{
    e->n_signals++;
    if (!e->signal)
        e->signal = sig;
    if (e->stream.sent)
        return; /* the engine starts it whatever becomes of us: it has to be ended */
    cleanup_error struct error err = {0};
    error_set_code(&err, EXIT_CODE_SIGNAL + sig, "interrupted (%s)", strsignal(sig));
    op_cancel(&e->flow.op, &err);
}

/* Continued after a stop: the terminal may belong to somebody else for good. */
static void come_back(struct exec *e)
{
    cleanup_error struct error err = {0};
    if (term_enter_raw(&err)) {
        resizer_repaint(&e->resizer);
        return;
    }
    log_warn("%s", err.text);
    asked_to_end(e, SIGHUP);
}

static void one_signal(struct exec *e, int sig)
{
    if (guardian_is_copy(sig))
        return;
    if (sig == SIGWINCH) {
        resizer_changed(&e->resizer);
    } else if (sig == SIGCONT) {
        if (e->started && !flow_is_tearing_down(&e->flow))
            come_back(e);
    } else {
        asked_to_end(e, sig);
    }
}

static const char *name_of(int sig)
{
    return sig == SIGINT ? "INT" : sig == SIGQUIT ? "QUIT" : sig == SIGHUP ? "HUP" : "TERM";
}

static void send_signal(struct exec *e, const char *signal)
{
    log_detail("passing SIG%s on to the command", signal);
    exec_signal_begin(
        &e->messenger, &e->flow.op, e->engine, e->member->id, e->spec, e->prefix, e->mark, signal);
    pause_begin(&e->grace, &e->flow.op, GRACE);
    e->grace.op.background = true;
}

/* First what the user has sent, then SIGKILL, then we go without it. */
static void look_at_end(struct exec *e)
{
    bool patience = op_is_alive(&e->grace.op);
    bool busy = op_is_alive(&e->messenger.flow.op);

    if (!e->signal || !e->stream.sent || flow_is_tearing_down(&e->flow) || op_is_asked(&e->flow.op))
        return;
    if (!e->messenger.flow.op.type) {
        send_signal(e, name_of(e->signal));
    } else if (e->n_signals > 2 || (e->killed && !patience)) {
        e->left = true;
    } else if (!e->killed && !busy && patience && e->n_signals > 1) {
        op_quit(&e->grace.op);
    } else if (!e->killed && !busy && !patience) {
        e->killed = true;
        send_signal(e, "KILL");
    }
}

/* The command has ended and not all that it said is read: whoever reads may take a while more, and
 * none once the end was asked for three times. */
static void look_at_reader(struct exec *e)
{
    if (!e->signal || !flow_is_tearing_down(&e->flow) || !op_is_alive(&e->session.op))
        return;
    if (e->reader.over || e->n_signals > 2)
        op_quit(&e->session.op);
    if (e->reader.op.type)
        return;
    pause_begin(&e->reader, &e->flow.op, SESSION_READER_PATIENCE);
    e->reader.op.background = true;
}

void exec_step(struct op *op)
{
    struct exec *e = container_of(op, struct exec, flow.op);
    int sig;
    while ((sig = signals_next(&e->signals)))
        one_signal(e, sig);
    if ((e->session.in_lost || e->guardian.at_end) && !e->signal)
        asked_to_end(e, SIGHUP);
    if (session_reader_is_gone(&e->session) && !e->signal)
        asked_to_end(e, SIGPIPE);
    look_at_end(e);
    look_at_reader(e);
    if (e->stream.op.ended && op_is_alive(&e->session.op) && flow_is_tearing_down(&e->flow) &&
        !e->held.len)
        session_end(&e->session);
    flow_step(op);
}

/* --- the outcome --- */

/* Of the main container it is the guest that could not be started: what it was to start is all
 * the same. */
static void guest_failed(struct exec *e)
{
    struct error *err = &e->flow.op.err;
    engine_error_say(err, e->held.s, e->held.len);
    err->exit_code = EXIT_CODE_NOT_EXECUTABLE;
    error_wrap(
        err, "start %s in %s", e->o->command->n ? e->o->command->v[0] : "a shell", e->member->name);
}

/* Older engines say 126 for all of them. */
static void command_failed(struct exec *e)
{
    bool missing = strstr(e->held.s, "executable file not found") ||
                   strstr(e->held.s, "no such file or directory");
    error_set_code(&e->flow.op.err, missing ? EXIT_CODE_NOT_FOUND : EXIT_CODE_NOT_EXECUTABLE,
        "%s: %s in %s", e->o->command->v[0], missing ? "not found" : "cannot be run",
        e->member->name);
}

/* Was it the engine that gave this code, because it could not start the command? */
static bool is_refused(const struct exec *e)
{
    bool is_its_code = e->code == EXIT_CODE_NOT_EXECUTABLE || e->code == EXIT_CODE_NOT_FOUND;
    return e->held.len && is_its_code && json_int_at(e->inspect.json, "Pid", 0) == 0;
}

/* The engine keeps the stream open until the command has ended, and knows the code a moment later.
 * Where it cannot write to the stream any more it makes up a code. A connection on which we have
 * sent something breaks also where the command has not read that. */
static bool is_cut(const struct exec *e)
{
    if (session_reader_is_gone(&e->session))
        return false;
    return json_is_true_at(e->inspect.json, "Running") ||
           (e->looks > LOOKS_USUAL && e->code == EXIT_CODE_NOT_EXECUTABLE) ||
           (e->stream.broken && !e->o->with_stdin) ||
           (!e->o->terminal && frames_is_inside(&e->frames));
}

static void say_cut(struct exec *e)
{
    struct error *err = &e->flow.op.err;
    error_set(err, "the connection to its output broke: output is missing");
    if (json_is_true_at(e->inspect.json, "Running"))
        error_hint(err, "the command goes on in %s", e->member->name);
}

void exec_judge(struct exec *e)
{
    if (is_refused(e)) {
        if (e->o->service)
            command_failed(e);
        else
            guest_failed(e);
        str_clear(&e->held);
    } else if (is_cut(e)) {
        say_cut(e);
    }
}
