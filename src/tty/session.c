/* session.c - see session.h. */
#include "tty/session.h"

#include <assert.h>
#include <errno.h>
#include <unistd.h>

#include "base/limits.h"
#include "base/log.h"
#include "tty/term.h"

/* Two sinks, one producer: it goes on when neither is behind. */
static void on_flow(void *user, bool on)
{
    struct session *s = user;
    if (!on && s->stops++ == 0)
        s->spec.flow(s->spec.user, false);
    else if (on && --s->stops == 0)
        s->spec.flow(s->spec.user, true);
}

static void pass_end_on(struct session *s)
{
    if (s->in_end && !s->spec.terminal && s->to && *s->to)
        stream_shut(*s->to);
}

static void pass_on(struct session *s, const char *bytes, size_t n)
{
    stream_write(*s->to, bytes, n);
    if (stream_queued(*s->to) > LIMIT_WRITE_QUEUE)
        source_read(&s->in, false);
}

static void detached(struct session *s)
{
    s->detached = true;
    source_read(&s->in, false);
    op_tell(&s->op);
}

static void on_typing_over(uv_timer_t *timer)
{
    struct session *s = timer->data;
    cleanup_str struct str pass = STR(DETACH_HELD);
    bool found = detach_flush(&s->detach, &pass);
    if (*s->to && pass.len)
        pass_on(s, pass.s, pass.len);
    if (found)
        detached(s);
}

/* What is typed goes on without the detach keys, which the engine must never see. */
static void send_typed(struct session *s, const char *bytes, size_t n)
{
    cleanup_str struct str pass = STR(LIMIT_READ_CHUNK + DETACH_HELD);
    bool found = detach_feed(&s->detach, bytes, n, &pass);
    uv_timer_stop(&s->typing);
    if (pass.len)
        pass_on(s, pass.s, pass.len);
    if (found)
        detached(s);
    else if (detach_wait(&s->detach))
        uv_timer_start(&s->typing, on_typing_over, detach_wait(&s->detach), 0);
}

static void on_input(void *user, const char *bytes, size_t n)
{
    struct session *s = user;
    if (!s->to || !*s->to)
        source_read(&s->in, false);
    else if (s->detach.n)
        send_typed(s, bytes, n);
    else
        pass_on(s, bytes, n);
}

static void on_input_end(void *user, int error)
{
    struct session *s = user;
    /* A terminal that was hung up reads as an end or as EIO. */
    s->in_lost = s->spec.terminal;
    s->in_error = s->spec.terminal ? 0 : error;
    s->in_end = s->input + 1 == s->spec.n_inputs || error != 0;
    if (s->in_end)
        pass_end_on(s);
    else
        op_quit(&s->in.op); /* step() goes on with the next one */
    op_kick(&s->op);
    op_tell(&s->op);
}

static void begin_input(struct session *s)
{
    source_begin(&s->in, &s->op, s->spec.inputs[s->input], on_input, on_input_end, s);
    source_read(&s->in, s->to != NULL);
}

static void show(struct session *s, int fd, const char *bytes, size_t n)
{
    cleanup_error struct error err = {0};
    if (s->spec.terminal)
        term_watch(bytes, n);
    if (s->spec.record && !record_output(s->spec.record, bytes, n, &err))
        log_warn("the recording ends here: %s", err.text);
    sink_write(fd == STDERR_FILENO ? &s->err : &s->out, bytes, n);
}

void session_connect(struct session *s, struct stream *const *to)
{
    s->to = to;
    if (s->early.len) {
        show(s, STDOUT_FILENO, s->early.s, s->early.len);
        str_release(&s->early);
        if (!s->stops)
            s->spec.flow(s->spec.user, true);
    }
    if (s->spec.n_inputs && op_is_alive(&s->in.op))
        source_read(&s->in, true);
}

void session_drained(struct session *s)
{
    if (s->to && !s->in_end && op_is_alive(&s->in.op))
        source_read(&s->in, true);
}

void session_output(struct session *s, int fd, const char *bytes, size_t n)
{
    if (!s->spec.terminal || s->to) {
        show(s, fd, bytes, n);
        return;
    }
    s->spec.flow(s->spec.user, false);
    bool fits = str_add(&s->early, bytes, n);
    assert(fits); /* one read at most: the flow has stopped */
    (void)fits;
}

void session_end(struct session *s)
{
    if (s->ending)
        return;
    s->ending = true;
    sink_end(&s->out);
    sink_end(&s->err);
    op_kick(&s->op);
}

void session_say_dropped(const struct session *s)
{
    if (s->out.dropped && s->out.broken == ECANCELED)
        log_warn(
            "%llu bytes of output were not read by anybody", (unsigned long long)s->out.dropped);
}

static void step(struct op *op)
{
    struct session *s = (struct session *)op;

    /* A reader that has gone is a fact, and the owner's to judge. */
    if (session_reader_is_gone(s) && !s->told) {
        s->told = true;
        op_tell(op);
    }
    if (op_is_asked(op)) {
        s->ending = true;
        op_quit(&s->out.op);
        op_quit(&s->err.op);
    }
    bool in_alive = op_is_alive(&s->in.op);
    bool more = s->spec.n_inputs && s->input + 1 < s->spec.n_inputs && !s->in_end;
    if (!s->ending && more && !in_alive && s->in.at_end) {
        s->input++;
        begin_input(s);
    }
    /* Input that nobody will read any more is left to whoever comes next. */
    if (s->ending && in_alive)
        op_quit(&s->in.op);
    if (s->ending && !op->children) {
        uv_close((uv_handle_t *)&s->typing, op_on_handle_closed);
        op_finish(op);
    }
}

static void ended(struct op *op)
{
    struct session *s = (struct session *)op;
    str_release(&s->early);
}

/* The sinks' and sources' ends are facts. */
static const struct op_type session_type = {"session", step, NULL, ended, op_kick_by_child};

/* Without a terminal nothing is typed. */
static void begin_detach(struct session *s)
{
    cleanup_error struct error unused = {0};
    const char *keys = s->spec.detach_keys ? s->spec.detach_keys : DETACH_DEFAULT;

    s->detach = (struct detach){0};
    if (!s->spec.terminal || !*keys)
        return;
    bool known = detach_init(&s->detach, keys, &unused);
    assert(known); /* checked where the user has given them */
    (void)known;
}

void session_begin(struct session *s, struct op *parent, const struct session_spec *spec)
{
    assert(spec->n_inputs <= SESSION_INPUTS);
    op_begin(&s->op, &session_type, parent);
    s->op.background = true;
    s->spec = *spec;
    s->to = NULL;
    str_init(&s->early, 2 * LIMIT_READ_CHUNK);
    s->input = s->stops = 0;
    s->in_lost = s->ending = s->told = s->detached = false;
    s->in_end = spec->n_inputs == 0;
    begin_detach(s);
    uv_timer_init(op_uv(&s->op), &s->typing);
    s->typing.data = s;
    op_hold(&s->op);
    sink_begin(&s->out, &s->op, STDOUT_FILENO, on_flow, s);
    sink_begin(&s->err, &s->op, STDERR_FILENO, on_flow, s);
    if (spec->n_inputs)
        begin_input(s);
}
