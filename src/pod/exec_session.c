/* exec_session.c - a command in a running container, read top to bottom in `rows`. */
#include "pod/exec_session.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/guest_abi.h"
#include "base/log.h"
#include "loop/loop.h"
#include "pod/exec_int.h"
#include "pod/target.h"
#include "tty/term.h"

enum { CODE_AGAIN = 20, CODE_LOOKS = 100 };

/* There is nothing to come back to after a detach, but an empty text means the engine's default,
 * which holds back every Ctrl-P. Nobody types this. */
#define UNTYPED "ctrl-@,ctrl-^,ctrl-@,ctrl-_,ctrl-@,ctrl-^,ctrl-_,ctrl-@"

static void look(struct flow *flow)
{
    struct exec *e = exec_of(flow);
    exec_watch(e);
    survey_begin(&e->survey, &flow->op, NULL, e->o->host, e->o->filter);
}

/* --- the request --- */

static void add_variable(json_t *env, const char *name)
{
    const char *value = getenv(name);
    if (value)
        json_array_append_new(env, json_sprintf("%s=%s", name, value));
}

/* What the command should know of our terminal, and the mark by which signals find it. */
static json_t *make_env(struct exec *e)
{
    static const char *const names[] = {"TERM", "COLORTERM", "LANG", "LC_ALL", "TZ"};
    char id[RUN_ID_HEX + 1];
    unsigned rows, columns;
    json_t *env = json_array();

    run_id_make(id);
    e->mark = mem_printf(GUEST_ENV_EXEC "=%s", id);
    json_array_append_new(env, json_string(e->mark));
    for (size_t i = 0; e->o->terminal && i < array_size(names); i++)
        add_variable(env, names[i]);
    if (e->o->terminal && !e->o->service && term_size(&rows, &columns))
        json_array_append_new(env, json_sprintf(GUEST_ENV_TTY_SIZE "=%ux%u", rows, columns));
    return env;
}

static json_t *make_command(struct exec *e)
{
    json_t *command = json_array();
    if (!e->o->service) {
        json_array_append_new(command, json_string(GUEST_PROGRAM));
        json_array_append_new(command, json_string("exec"));
        if (e->o->root)
            json_array_append_new(command, json_string("--root"));
        json_array_append_new(command, json_string("--"));
    }
    e->prefix = json_array_size(command);
    for (size_t i = 0; i < e->o->command->n; i++)
        json_array_append_new(command, json_string(e->o->command->v[i]));
    return command;
}

static void choose(struct flow *flow)
{
    struct exec *e = exec_of(flow);
    const struct members *members = &e->survey.members;

    e->engine = &e->survey.engine;
    e->member = e->o->service ? target_service(members, e->o->service, &flow->op.err)
                              : target_main(members, e->o->session);
}

static void make(struct flow *flow)
{
    struct exec *e = exec_of(flow);
    if (!e->member || !json_check_texts(e->o->command, "the argument", &flow->op.err))
        return;
    e->spec = json_pack("{s:o, s:o, s:b, s:b, s:b, s:b, s:s}", "Cmd", make_command(e), "Env",
        make_env(e), "Tty", e->o->terminal, "AttachStdin", e->o->with_stdin, "AttachStdout", 1,
        "AttachStderr", 1, "DetachKeys", UNTYPED);
    if (!e->o->service)
        json_object_set_new(e->spec, "User", json_string("0:0"));
    exec_create(&e->create, &flow->op, e->engine, e->member->id, e->spec);
}

/* --- the session --- */

static void start(struct flow *flow)
{
    struct exec *e = exec_of(flow);
    const char *id = json_text_at(e->create.json, "Id");
    if (!e->member)
        return;
    if (!id || !*id) {
        op_fail(&flow->op, "the engine has given no id");
        return;
    }
    e->id = mem_strdup(id);
    e->frames = (struct frames){.payload = exec_on_frame, .user = e};
    session_begin(&e->session, &flow->op,
        &(struct session_spec){.terminal = e->o->terminal,
            .inputs = {STDIN_FILENO},
            .n_inputs = e->o->with_stdin,
            .detach_keys = "",
            .flow = exec_on_flow,
            .user = e});
    exec_start(&e->stream, &flow->op, e->engine,
        &(struct exec_streams){.id = e->id,
            .terminal = e->o->terminal,
            .bytes = exec_on_output,
            .drained = exec_on_drained,
            .user = e});
    e->stream.op.quiet = false; /* until it runs */
}

static bool has_started(struct flow *flow)
{
    const struct exec *e = exec_of(flow);
    return !e->member || e->stream.upgraded || e->stream.op.ended || e->left;
}

static void connect_session(struct flow *flow)
{
    struct exec *e = exec_of(flow);
    if (!e->member)
        return;
    e->stream.op.quiet = true; /* from here on its end is a fact */
    if (e->left)
        return;
    e->started = true;
    if (e->o->terminal) {
        log_hold();
        if (!term_enter_raw(&flow->op.err))
            return;
        resizer_begin_exec(&e->resizer, &flow->op, e->engine, e->id);
    }
    session_connect(&e->session, &e->stream.stream);
}

static bool is_over(struct flow *flow)
{
    const struct exec *e = exec_of(flow);
    return !e->member || e->stream.op.ended || e->left;
}

/* --- the way out --- */

static void let_go(struct flow *flow)
{
    struct exec *e = exec_of(flow);
    if (op_is_alive(&e->stream.op))
        op_quit(&e->stream.op);
}

/* The stream ends a moment before the engine knows the code. */
static void ask_code(struct flow *flow)
{
    struct exec *e = exec_of(flow);
    if (!e->started || e->left || error_is_set(&flow->op.err))
        return;
    e->looks++;
    e->looked = false;
    exec_inspect(&e->inspect, &flow->op, e->engine, e->id);
}

static bool has_code(struct flow *flow)
{
    struct exec *e = exec_of(flow);
    if (!e->looks)
        return true;
    if (e->looked) {
        ask_code(flow);
        return false;
    }
    e->looked = true;
    if (json_is_true_at(e->inspect.json, "Running") && e->looks < CODE_LOOKS) {
        pause_begin(&e->again, &flow->op, CODE_AGAIN);
        return false;
    }
    e->code = (int)json_int_at(e->inspect.json, "ExitCode", EXIT_CODE_FAILED);
    exec_judge(e);
    return true;
}

static void show_the_rest(struct flow *flow)
{
    struct exec *e = exec_of(flow);
    if (!op_is_alive(&e->session.op))
        return;
    exec_show_held(e);
    session_end(&e->session);
}

static bool is_shown(struct flow *flow)
{
    return !op_is_alive(&exec_of(flow)->session.op);
}

static void restore(struct flow *flow)
{
    struct exec *e = exec_of(flow);
    term_leave_raw();
    if (e->o->terminal)
        log_resume();
    session_say_dropped(&e->session);
}

static const struct flow_row rows[] = {
    {"look for the container", look,            NULL,        NO_LIMIT   },
    {"choose it",              choose,          NULL,        NO_LIMIT   },
    {"prepare the command",    make,            NULL,        40 * SECOND},
    {"start the command",      start,           has_started, 40 * SECOND},
    {"run the command",        connect_session, is_over,     NO_LIMIT   },
 /* Teardown */
    {"let go of it",           let_go,          NULL,        10 * SECOND},
    {"ask for its exit code",  ask_code,        has_code,    30 * SECOND},
    {"show its last output",   show_the_rest,   is_shown,    NO_LIMIT   },
    {"restore the terminal",   restore,         NULL,        NO_LIMIT   },
};
enum { EXEC_TEARDOWN = 5 };

static const struct op_type exec_type = {"exec", exec_step, NULL, NULL, flow_child_ended};

static void release(struct exec *e)
{
    call_release(&e->create);
    call_release(&e->stream);
    call_release(&e->inspect);
    resizer_release(&e->resizer);
    exec_signal_release(&e->messenger);
    survey_release(&e->survey);
    json_decref(e->spec);
    str_release(&e->held);
    free(e->id);
    free(e->mark);
    flow_release(&e->flow);
    free(e);
}

static int exit_code(const struct exec *e)
{
    if (e->session.out.broken == EPIPE)
        return EXIT_CODE_SIGNAL + SIGPIPE;
    return e->left ? EXIT_CODE_SIGNAL + e->signal : e->code;
}

int exec_main(const struct exec_options *o, bool *ret_missing, struct error *err)
{
    struct loop *loop = mem_zalloc(sizeof *loop);
    struct exec *e = mem_zalloc(sizeof *e);

    loop_init(loop);
    e->o = o;
    str_init(&e->held, EXEC_HELD);
    flow_begin(&e->flow, &exec_type, NULL, loop, rows, array_size(rows), EXEC_TEARDOWN);
    e->flow.brief = true;
    loop_run(loop, &e->flow.op, term_leave_raw);
    for (unsigned i = 0; i < e->flow.n_trouble; i++)
        log_warn("%s", e->flow.trouble[i].text);
    int code = exit_code(e);
    *ret_missing = !e->member && !error_is_set(&e->flow.op.err);
    error_copy(err, &e->flow.op.err);
    release(e);
    loop_close(loop);
    free(loop);
    return code;
}
