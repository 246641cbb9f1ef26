/* images.c - see images.h. */
#include "docker/images.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "docker/engine_error.h"
#include "docker/query.h"

void image_inspect(struct call *c, struct op *parent, const struct engine *engine, const char *ref)
{
    call_begin(c, parent, engine,
        &(struct call_spec){.method = "GET",
            .tells = TELLS_OBJECT,
            .path = mem_printf("/images/%s/json", ref),
            .head_ms = 30 * SECOND,
            .tolerated = {404}});
}

/* --- pull --- */

/* Without a tag the engine would pull every tag there is. */
static char *pull_path(const char *ref)
{
    const char *slash = strrchr(ref, '/');
    const char *colon = strchr(slash ? slash : ref, ':');
    cleanup_free char *whole = query_escape(ref);
    if (strchr(ref, '@'))
        return mem_printf("/images/create?fromImage=%s", whole);
    if (!colon)
        return mem_printf("/images/create?fromImage=%s&tag=latest", whole);
    cleanup_free char *name = mem_strndup(ref, (size_t)(colon - ref));
    cleanup_free char *name_escaped = query_escape(name);
    cleanup_free char *tag = query_escape(colon + 1);
    return mem_printf("/images/create?fromImage=%s&tag=%s", name_escaped, tag);
}

/* The layer of this name, a new one if need be; NULL: there are too many to show. */
static struct pull_layer *find_layer(struct pull *p, const char *name)
{
    for (unsigned i = 0; i < p->n_layers; i++)
        if (strncmp(p->layers[i].name, name, PULL_LAYER_NAME - 1) == 0)
            return &p->layers[i];
    if (p->n_layers == PULL_LAYERS_MAX)
        return NULL;
    struct pull_layer *layer = &p->layers[p->n_layers++];
    *layer = (struct pull_layer){0};
    snprintf(layer->name, sizeof layer->name, "%s", name);
    return layer;
}

/* Downloads alone count: unpacking has the same totals again. */
static void note_progress(struct pull *p, const json_t *message)
{
    const char *id = json_text_at(message, "id");
    const char *status = json_text_at(message, "status");
    long long total = json_int_at(message, "progressDetail.total", 0);
    if (!id || !status || strcmp(status, "Downloading") != 0 || total <= 0)
        return;
    struct pull_layer *layer = find_layer(p, id);
    if (!layer)
        return;
    long long current = json_int_at(message, "progressDetail.current", 0);
    p->current += current - layer->current;
    p->total += total - layer->total;
    layer->current = current;
    layer->total = total;
    p->changed(p->user);
}

static void on_object(void *user, const json_t *message)
{
    struct pull *p = user;
    const char *why = json_text_at(message, "errorDetail.message");
    if (!why)
        why = json_text_at(message, "error");
    if (!why) {
        note_progress(p, message);
        return;
    }
    error_clear(&p->failed);
    engine_error_say(&p->failed, why, strlen(why));
}

static void on_bytes(void *user, const char *bytes, size_t n)
{
    struct pull *p = user;
    if (!json_stream_feed(&p->stream, bytes, n, &p->failed))
        op_kick(&p->op);
}

static void step(struct op *op)
{
    struct pull *p = (struct pull *)op;
    if (op->children) {
        if (p->stream.broken)
            op_quit(&p->call.op);
        return;
    }
    /* The stream's own word tells more than how the connection ended. */
    if (!op_is_asked(op)) {
        error_copy(&op->err, &p->failed);
        error_copy(&op->err, &p->call.op.err);
    }
    op_finish(op);
}

static const struct op_type pull_type = {"pull", step, op_quit_children, NULL, op_kick_by_child};

void image_pull(struct pull *p, struct op *parent, const struct engine *engine, const char *ref,
    void (*changed)(void *user), void *user)
{
    op_begin(&p->op, &pull_type, parent);
    json_stream_init(&p->stream, on_object, p);
    p->n_layers = 0;
    p->current = p->total = 0;
    p->changed = changed;
    p->user = user;
    /* A registry may be silent for minutes while the engine tries again. */
    call_begin(&p->call, &p->op, engine,
        &(struct call_spec){.method = "POST",
            .path = pull_path(ref),
            .head_ms = 300 * SECOND,
            .stays_open = true,
            .bytes = on_bytes,
            .user = p});
}

void pull_release(struct pull *p)
{
    if (!p->op.type)
        return;
    call_release(&p->call);
    json_stream_release(&p->stream);
    error_clear(&p->failed);
    op_release(&p->op);
}
