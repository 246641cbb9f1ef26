/* signals.c - see signals.h. */
#include "loop/signals.h"

#include <assert.h>
#include <signal.h>

static void on_signal(uv_signal_t *handle, int sig)
{
    struct signals *s = handle->data;
    (void)sig;
    s->pending[handle - s->handles]++;
    op_tell(&s->op);
}

static void step(struct op *op)
{
    struct signals *s = (struct signals *)op;
    if (!op_is_asked(op))
        return;
    for (unsigned i = 0; i < s->n; i++)
        uv_close((uv_handle_t *)&s->handles[i], op_on_handle_closed);
    op_finish(op);
}

static const struct op_type signals_type = {"signals", step, NULL, NULL, NULL};

/* Started with nohup, or by a script in the background: whoever did that means it. */
static bool is_ignored(int sig)
{
    struct sigaction now;
    return (sig == SIGHUP || sig == SIGINT || sig == SIGQUIT) && sigaction(sig, NULL, &now) == 0 &&
           now.sa_handler == SIG_IGN;
}

void signals_begin(struct signals *s, struct op *parent, const int *wanted)
{
    op_begin(&s->op, &signals_type, parent);
    s->op.background = true;
    s->n = 0;
    for (; *wanted; wanted++) {
        if (is_ignored(*wanted))
            continue;
        assert(s->n < SIGNALS_MAX);
        uv_signal_t *handle = &s->handles[s->n];
        s->pending[s->n++] = 0;
        uv_signal_init(op_uv(&s->op), handle);
        handle->data = s;
        op_hold(&s->op);
        uv_signal_start(handle, on_signal, *wanted);
    }
}

int signals_next(struct signals *s)
{
    for (unsigned i = 0; i < s->n; i++) {
        if (s->pending[i]) {
            s->pending[i]--;
            return s->handles[i].signum;
        }
    }
    return 0;
}
