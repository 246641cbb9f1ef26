/* salvage.c - see salvage.h. */
#include "pod/salvage.h"

#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/guest_abi.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/path.h"
#include "docker/engine_error.h"
#include "pod/project_state.h"
#include "pod/store.h"

static struct salvage *self(struct flow *flow)
{
    return container_of(flow, struct salvage, flow);
}

static void refused(const struct error *err)
{
    log_warn("credentials of this session were not taken: %s", err->text);
}

/* What is not valid may be forgotten. What is, and could not be stored, may have no other copy. */
static void note(struct salvage *s, enum store_outcome outcome, const struct error *err)
{
    if (outcome == STORE_REFUSED)
        refused(err);
    if (outcome != STORE_FAILED)
        return;
    op_fail(&s->flow.op, "%s", err->text);
    error_hint(&s->flow.op.err,
        "the credentials are kept in the container: once they can be written, `ccpod down` or the "
        "next `ccpod run` brings them home");
}

/* "credentials PATH" and "claude-json PATH", as the guest has noted them. The container may have
 * changed the file: the paths only say what is read out of that same container. */
static void read_places(struct salvage *s)
{
    cleanup_error struct error ignored = {0};
    cleanup_str struct str text = STR(2 * LIMIT_PATH);
    cleanup_free char *path = path_join(s->out_dir, GUEST_OUT_WHERE);

    if (!file_read(path, FILE_NO_LINKS, &text, &ignored))
        return;
    char *rest = NULL;
    for (char *line = strtok_r(text.s, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest)) {
        if (text_starts(line, "credentials /") && !s->credentials_path)
            s->credentials_path = mem_strdup(strchr(line, '/'));
        if (text_starts(line, "claude-json /") && !s->claude_json_path)
            s->claude_json_path = mem_strdup(strchr(line, '/'));
    }
}

static void take_what_came_out(struct flow *flow)
{
    struct salvage *s = self(flow);
    cleanup_error struct error err = {0};
    cleanup_free char *mark = path_join(s->out_dir, GUEST_OUT_CLEAN);
    bool changed = false;

    enum store_outcome outcome =
        store_bring_home_from(s->home, s->profile, s->out_dir, &changed, &err);
    note(s, outcome, &err);
    project_state_keep_from(s->home, s->out_dir);
    s->saved += changed;
    s->safe = outcome != STORE_FAILED && file_exists(mark);
    if (!s->safe)
        read_places(s);
}

static void read_container(struct flow *flow)
{
    struct salvage *s = self(flow);
    if (s->safe)
        return;
    if (s->credentials_path)
        archive_get(&s->credentials, &flow->op, s->engine, s->id, s->credentials_path);
    if (s->claude_json_path)
        archive_get(&s->claude_json, &flow->op, s->engine, s->id, s->claude_json_path);
    s->credentials.op.quiet = s->claude_json.op.quiet = true;
}

/* Is it the container's doing that nothing may be taken from this answer: too large a one, or a
 * path that leads nowhere? */
static bool is_spoilt(const struct call *call)
{
    return call->body.full || engine_error_is_bad_path(call->status, call->body.s);
}

/* Where the engine cannot tell what is in the container, nothing is known. */
static void check(struct salvage *s, const struct call *call)
{
    if (!is_spoilt(call))
        error_copy(&s->flow.op.err, &call->op.err);
}

/* The file in an answer; empty where there was none, or nothing that may be taken. */
static void unpack(const struct call *call, struct str *ret, time_t *ret_written)
{
    cleanup_error struct error err = {0};
    if (is_spoilt(call)) {
        refused(&call->op.err);
    } else if (call->status == 200 &&
               !archive_file(call->body.s, call->body.len, ret, ret_written, &err)) {
        refused(&err);
        str_clear(ret);
    }
}

static void keep(struct flow *flow)
{
    struct salvage *s = self(flow);
    cleanup_error struct error err = {0};
    cleanup_str struct str credentials = STR(LIMIT_CREDENTIALS);
    cleanup_str struct str claude_json = STR(LIMIT_CREDENTIALS);
    struct store_found found = {
        .credentials = &credentials, .claude_json = &claude_json, .out_dir = s->out_dir};
    time_t json_written = 0;
    bool changed = false;

    if (s->safe)
        return;
    check(s, &s->credentials);
    check(s, &s->claude_json);
    if (op_is_asked(&flow->op))
        return;
    unpack(&s->credentials, &credentials, &found.written);
    unpack(&s->claude_json, &claude_json, &json_written);
    enum store_outcome outcome = store_bring_home(s->home, s->profile, &found, &changed, &err);
    note(s, outcome, &err);
    project_state_keep(s->home, s->out_dir, &claude_json, json_written);
    s->saved += changed;
    s->safe = outcome != STORE_FAILED;
}

static const struct flow_row rows[] = {
    {"take what the container handed out", take_what_came_out, NULL, NO_LIMIT   },
    {"read the files in the container",    read_container,     NULL, 30 * SECOND},
    {"keep the credentials",               keep,               NULL, NO_LIMIT   },
};

static const struct op_type salvage_type = {"salvage", flow_step, NULL, NULL, flow_child_ended};

void salvage_begin(struct salvage *s, struct op *parent, const struct engine *engine,
    const struct ccpod_home *home, const char *profile, const char *id, const char *out_dir)
{
    s->engine = engine;
    s->home = home;
    s->profile = profile;
    s->id = id;
    s->out_dir = out_dir;
    s->safe = false;
    flow_begin(&s->flow, &salvage_type, parent, NULL, rows, array_size(rows), array_size(rows));
    s->flow.brief = true;
}

void salvage_release(struct salvage *s)
{
    call_release(&s->credentials);
    call_release(&s->claude_json);
    free(s->credentials_path);
    free(s->claude_json_path);
    s->credentials_path = s->claude_json_path = NULL;
    if (s->flow.op.type)
        flow_release(&s->flow);
}
