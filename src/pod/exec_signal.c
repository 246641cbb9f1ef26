/* exec_signal.c - see exec_signal.h. */
#include "pod/exec_signal.h"

#include "base/mem.h"

/* $0 is the signal, $1 the mark: an entry of its environment, which NUL bytes end. */
static const char script[] =
    "for p in /proc/[0-9]*; do "
    "{ tr '\\0' '\\n' <\"$p/environ\"; } 2>/dev/null | grep -qxF \"$1\" && "
    "kill -s \"$0\" \"${p#/proc/}\" 2>/dev/null; "
    "done";

static struct exec_signal *self(struct flow *flow)
{
    return container_of(flow, struct exec_signal, flow);
}

static void make(struct flow *flow)
{
    struct exec_signal *s = self(flow);
    exec_create(&s->create, &flow->op, s->engine, s->container, s->spec);
}

static void start(struct flow *flow)
{
    struct exec_signal *s = self(flow);
    const char *id = json_text_at(s->create.json, "Id");
    if (id && *id)
        exec_start_alone(&s->start, &flow->op, s->engine, id);
}

static const struct flow_row rows[] = {
    {"make a messenger", make,  NULL, 30 * SECOND},
    {"start it",         start, NULL, 30 * SECOND},
};

static const struct op_type signal_type = {"signal", flow_step, NULL, NULL, flow_child_ended};

static json_t *make_spec(const json_t *like, size_t command, const char *mark, const char *signal)
{
    const json_t *cmd = json_object_get(like, "Cmd"), *user = json_object_get(like, "User");
    json_t *words = json_array();
    for (size_t i = 0; i < command; i++)
        json_array_append(words, json_array_get(cmd, i));
    const char *const ours[] = {"sh", "-c", script, signal, mark};
    for (size_t i = 0; i < array_size(ours); i++)
        json_array_append_new(words, json_string(ours[i]));
    json_t *spec = json_pack("{s:o}", "Cmd", words);
    if (user)
        json_object_set_new(spec, "User", json_copy((json_t *)(uintptr_t)user));
    return spec;
}

void exec_signal_begin(struct exec_signal *s, struct op *parent, const struct engine *engine,
    const char *container, const json_t *like, size_t command, const char *mark, const char *signal)
{
    exec_signal_release(s);
    s->engine = engine;
    s->container = container;
    s->spec = make_spec(like, command, mark, signal);
    flow_begin(&s->flow, &signal_type, parent, NULL, rows, array_size(rows), array_size(rows));
    s->flow.op.background = true;
    s->flow.op.quiet = true;
}

void exec_signal_release(struct exec_signal *s)
{
    call_release(&s->create);
    call_release(&s->start);
    json_decref(s->spec);
    s->spec = NULL;
    if (s->flow.op.type)
        flow_release(&s->flow);
}
