/* logs.c - see logs.h. */
#include "pod/logs.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "base/mem.h"
#include "docker/frames.h"
#include "docker/logs.h"
#include "loop/loop.h"
#include "pod/survey.h"

/* One container's output. */
struct reader {
    struct logs *logs;
    size_t number;
    const struct member *member;
    struct call inspect, call;
    struct frames frames;
    struct str lines[2]; /* of stdout and stderr: what has no end yet */
    bool terminal, mute;
};

struct logs {
    struct flow flow;
    const struct logs_options *o;
    struct survey survey;
    struct reader *readers;
    size_t n, next;
    bool unread; /* nobody reads any more */
    struct error failed;
};

static struct logs *self(struct flow *flow)
{
    return container_of(flow, struct logs, flow);
}

/* --- which --- */

static void look(struct flow *flow)
{
    struct logs *l = self(flow);
    struct member_filter filter = *l->o->filter;
    filter.stopped = true;
    survey_begin(&l->survey, &flow->op, NULL, l->o->host, &filter);
}

static bool is_called(const struct member *m, const char *name)
{
    cleanup_str struct str text = STR(KIB);
    member_short_name(m, &text);
    return strcmp(text.s, name) == 0 || (m->kind == MEMBER_MAIN && strcmp(name, "claude") == 0);
}

static bool is_wanted(const struct logs *l, const struct member *m)
{
    if (m->kind != MEMBER_MAIN && m->kind != MEMBER_SIDECAR)
        return false;
    for (size_t i = 0; i < l->o->names->n; i++)
        if (is_called(m, l->o->names->v[i]))
            return true;
    return l->o->names->n == 0;
}

static bool is_there(const struct logs *l, const char *name)
{
    for (size_t i = 0; i < l->survey.members.n; i++)
        if (is_called(&l->survey.members.items[i], name))
            return true;
    return false;
}

static bool check_names(const struct logs *l, struct error *err)
{
    for (size_t i = 0; i < l->o->names->n; i++)
        if (!is_there(l, l->o->names->v[i])) {
            error_set(err, "there is no container of %s in this project", l->o->names->v[i]);
            return error_hint(err, "`ccpod ps --all --project` shows what there is");
        }
    return true;
}

static void choose(struct flow *flow)
{
    struct logs *l = self(flow);
    const struct members *members = &l->survey.members;

    if (!check_names(l, &flow->op.err))
        return;
    l->readers = mem_zalloc((members->n + 1) * sizeof *l->readers);
    for (size_t i = 0; i < members->n; i++) {
        if (!is_wanted(l, &members->items[i]))
            continue;
        struct reader *r = &l->readers[l->n++];
        r->logs = l;
        r->member = &members->items[i];
        str_init(&r->lines[0], LOGS_LINE);
        str_init(&r->lines[1], LOGS_LINE);
        container_inspect(&r->inspect, &flow->op, &l->survey.engine, r->member->id);
    }
}

static void introduce(struct flow *flow)
{
    struct logs *l = self(flow);
    cleanup_strv struct strv names = {0};
    for (size_t i = 0; i < l->n; i++) {
        struct reader *r = &l->readers[i];
        cleanup_str struct str name = STR(KIB);
        const char *driver = json_text_at(r->inspect.json, "HostConfig.LogConfig.Type");
        r->terminal = json_is_true_at(r->inspect.json, "Config.Tty");
        r->mute = !driver || strcmp(driver, "none") == 0;
        r->number = i;
        member_short_name(r->member, &name);
        strv_add(&names, name.s);
        if (r->mute && l->o->names->n)
            log_news("%s keeps no log: it is a session at a terminal", r->member->name);
    }
    l->o->begin(l->o->user, &names);
}

/* --- lines --- */

static void give_line(struct reader *r, int fd)
{
    const struct logs_options *o = r->logs->o;
    struct str *line = &r->lines[fd == STDERR_FILENO];
    size_t n = line->len;
    if (n && line->s[n - 1] == '\r')
        n--;
    o->line(o->user, r->number, fd, line->s, n);
    str_clear(line);
}

static void add_text(struct reader *r, int fd, const char *bytes, size_t n)
{
    struct str *line = &r->lines[fd == STDERR_FILENO];
    while (n) {
        const char *end = memchr(bytes, '\n', n);
        size_t len = end ? (size_t)(end - bytes) : n;
        size_t room = line->max - line->len;
        size_t part = len < room ? len : room;
        str_add(line, bytes, part);
        bool over = end && part == len;
        if (over || line->len == line->max)
            give_line(r, fd);
        part += over;
        bytes += part;
        n -= part;
    }
}

static void on_frame(void *user, enum frames_stream stream, const char *bytes, size_t n)
{
    add_text(user, stream == FRAMES_STDERR ? STDERR_FILENO : STDOUT_FILENO, bytes, n);
}

static void on_bytes(void *user, const char *bytes, size_t n)
{
    struct reader *r = user;
    struct logs *l = r->logs;
    if (l->unread)
        return;
    if (r->terminal)
        add_text(r, STDOUT_FILENO, bytes, n);
    else
        frames_feed(&r->frames, bytes, n);
    l->unread = !l->o->flush(l->o->user);
    if (l->unread)
        op_quit(&l->flow.op);
}

/* What was asked for and cannot be had is a failure; the others are read all the same. */
static void note_failure(struct reader *r)
{
    struct logs *l = r->logs;
    bool asked_for = l->o->names->n || l->n == 1;
    cleanup_error struct error err = {0};
    error_move(&err, &r->call.op.err);
    error_wrap(&err, "%s", r->member->name);
    if (asked_for && !error_is_set(&l->failed))
        error_move(&l->failed, &err);
    else
        log_warn("%s", err.text);
}

static void give_rest(struct reader *r)
{
    for (int fd = STDOUT_FILENO; fd <= STDERR_FILENO; fd++)
        if (r->lines[fd == STDERR_FILENO].len)
            give_line(r, fd);
    r->logs->o->flush(r->logs->o->user);
    if (error_is_set(&r->call.op.err) && !r->logs->unread)
        note_failure(r);
}

/* --- reading --- */

static void read_one(struct logs *l, struct reader *r)
{
    const struct logs_options *o = l->o;
    r->frames = (struct frames){.payload = on_frame, .user = r};
    logs_begin(&r->call, &l->flow.op, &l->survey.engine,
        &(struct logs_spec){.name = r->member->id,
            .follow = o->follow,
            .tail = o->tail,
            .since = o->since,
            .bytes = on_bytes,
            .user = r});
    r->call.op.quiet = true; /* one that is gone does not end the others */
}

/* One at a time, or all: the row asks again when those that were begun have ended. */
static bool is_read(struct flow *flow)
{
    struct logs *l = self(flow);
    size_t before = l->next;
    while (l->next < l->n && (l->o->follow || l->next == before)) {
        struct reader *r = &l->readers[l->next++];
        if (!r->mute)
            read_one(l, r);
        else
            before++;
    }
    return !flow->op.children;
}

static const struct flow_row rows[] = {
    {"look for containers", look,      NULL,    NO_LIMIT   },
    {"choose",              choose,    NULL,    60 * SECOND},
    {"begin",               introduce, NULL,    NO_LIMIT   },
    {"read the logs",       NULL,      is_read, NO_LIMIT   },
};

static void child_ended(struct op *op, struct op *child)
{
    struct logs *l = container_of(op, struct logs, flow.op);
    flow_child_ended(op, child);
    for (size_t i = 0; i < l->n; i++)
        if (child == &l->readers[i].call.op)
            give_rest(&l->readers[i]);
}

static const struct op_type logs_type = {"logs", flow_step, NULL, NULL, child_ended};

static void release(struct logs *l)
{
    for (size_t i = 0; i < l->n; i++) {
        struct reader *r = &l->readers[i];
        call_release(&r->inspect);
        call_release(&r->call);
        str_release(&r->lines[0]);
        str_release(&r->lines[1]);
    }
    free(l->readers);
    error_clear(&l->failed);
    survey_release(&l->survey);
    flow_release(&l->flow);
    free(l);
}

bool logs_main(const struct logs_options *o, struct error *err)
{
    struct loop *loop = mem_zalloc(sizeof *loop);
    struct logs *l = mem_zalloc(sizeof *l);

    loop_init(loop);
    l->o = o;
    flow_begin(&l->flow, &logs_type, NULL, loop, rows, array_size(rows), array_size(rows));
    l->flow.brief = true;
    loop_run(loop, &l->flow.op, NULL);
    if (!l->unread) {
        error_copy(err, &l->flow.op.err);
        error_copy(err, &l->failed);
    }
    release(l);
    loop_close(loop);
    free(loop);
    return !error_is_set(err);
}
