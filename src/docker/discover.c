/* discover.c - see discover.h. */
#include "docker/discover.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "docker/transport.h"

/* --- one candidate --- */

static void on_ping_bytes(void *user, const char *bytes, size_t n)
{
    struct ping *ping = user;
    str_add(&ping->body, bytes, n);
}

static void ask(struct ping *ping, const char *method)
{
    call_begin(&ping->call, &ping->flow.op, &ping->engine,
        &(struct call_spec){.method = method,
            .path = mem_strdup("/_ping"),
            .unversioned = true,
            .head_ms = ping->patience,
            .bytes = on_ping_bytes,
            .user = ping});
    ping->call.op.quiet = true;
    op_tell(&ping->flow.op);
}

static void judge(struct ping *ping)
{
    char server[64] = "";
    const struct http *http = &ping->call.http;
    if (!op_is_done(&ping->call.op) || ping->call.status != 200)
        return;
    bool has_api = http_field(http, "api-version", ping->api, sizeof ping->api);
    http_field(http, "server", server, sizeof server);
    ping->is_podman = http_field(http, "libpod-api-version", server, sizeof server) ||
                      text_starts(server, "Libpod/");
    ping->is_engine = has_api || strcmp(ping->body.s, "OK") == 0;
}

static void ping_head(struct flow *flow)
{
    ask(container_of(flow, struct ping, flow), "HEAD");
}

static bool ping_connected(struct ping *ping)
{
    return !ping->call.connect_error && !ping->call.op.timed_out;
}

/* HEAD gives no reason for a refusal, and some answer nothing but GET. */
static void ping_get(struct flow *flow)
{
    struct ping *ping = container_of(flow, struct ping, flow);
    if (!ping->is_engine && ping_connected(ping))
        ask(ping, "GET");
}

static void ping_judge(struct flow *flow)
{
    struct ping *ping = container_of(flow, struct ping, flow);
    struct op *op = &flow->op;
    if (ping->is_engine)
        return;
    const char *address = ping->engine.endpoint.address;
    error_copy(&op->err, &ping->call.op.err);
    if (error_is_set(&op->err) && !text_starts(op->err.text, address))
        error_wrap(&op->err, "%s", address);
    else if (!error_is_set(&op->err))
        op_fail(op, "%s: something answers, but it is not a container engine", address);
}

static const struct flow_row ping_rows[] = {
    {"ask it",          ping_head,  NULL, NO_LIMIT},
    {"ask it again",    ping_get,   NULL, NO_LIMIT},
    {"read the answer", ping_judge, NULL, NO_LIMIT},
};

/* The answer's header goes with the call: facts are taken when it ends. */
static void ping_child_ended(struct op *op, struct op *child)
{
    struct ping *ping = container_of(op, struct ping, flow.op);
    (void)child;
    judge(ping);
}

static const struct op_type ping_type = {"ping", flow_step, NULL, NULL, ping_child_ended};

/* --- all of them --- */

static struct ping *winner(struct discover *d)
{
    for (size_t i = 0; i < d->candidates.n; i++) {
        struct ping *ping = &d->pings[i];
        if (ping->is_engine && op_is_done(&ping->flow.op))
            return ping;
        if (!ping->flow.op.ended)
            return NULL; /* one that comes first may still answer */
    }
    return NULL;
}

static void begin_pings(struct flow *flow)
{
    struct discover *d = container_of(flow, struct discover, flow);
    bool alone = d->candidates.n == 1;

    for (size_t i = 0; i < d->candidates.n; i++) {
        struct ping *ping = &d->pings[i];
        flow_begin(&ping->flow, &ping_type, &flow->op, NULL, ping_rows, array_size(ping_rows),
            array_size(ping_rows));
        ping->flow.brief = true;
        ping->flow.op.quiet = true;
        ping->flow.op.background = true;
        ping->engine.endpoint = d->candidates.items[i];
        ping->engine.api = ENGINE_API_LEAST;
        ping->patience = alone ? DISCOVER_EXPLICIT : DISCOVER_PATIENCE;
        str_init(&ping->body, 64);
    }
}

static bool pings_sent(struct flow *flow)
{
    struct discover *d = container_of(flow, struct discover, flow);
    for (size_t i = 0; i < d->candidates.n; i++)
        if (!d->pings[i].call.op.type && !d->pings[i].flow.op.ended)
            return false;
    return true;
}

static void tell_asked(struct flow *flow)
{
    struct discover *d = container_of(flow, struct discover, flow);
    d->asked = true;
    op_tell(&flow->op);
}

static bool pings_decided(struct flow *flow)
{
    struct discover *d = container_of(flow, struct discover, flow);
    if (winner(d))
        return true;
    for (size_t i = 0; i < d->candidates.n; i++)
        if (!d->pings[i].flow.op.ended)
            return false;
    return true;
}

static void no_engine(struct discover *d)
{
    struct op *op = &d->flow.op;
    if (d->candidates.n == 1) {
        error_copy(&op->err, &d->pings[0].flow.op.err);
        return;
    }
    cleanup_str struct str tried = STR(LIMIT_MESSAGE);
    const char *hint = NULL;
    for (size_t i = 0; i < d->candidates.n; i++) {
        const struct error *why = &d->pings[i].flow.op.err;
        str_addf(&tried, "\n%s (%s)", why->text, d->candidates.items[i].runtime);
        /* A socket that is there and refuses us is nearer to what the user means. */
        if (d->pings[i].call.connect_error != UV_ENOENT && !hint)
            hint = why->hint;
    }
    op_fail(op, "no container engine answers; tried:%s", tried.s);
    error_hint(
        &op->err, "%s", hint ? hint : "start Docker or Podman, or name its socket in DOCKER_HOST");
}

static void choose(struct flow *flow)
{
    struct discover *d = container_of(flow, struct discover, flow);
    struct ping *ping = winner(d);
    struct endpoint *e;

    if (!ping) {
        no_engine(d);
        return;
    }
    e = &ping->engine.endpoint;
    if (!engine_negotiate(ping->api, getenv("DOCKER_API_VERSION"), &d->ret->api, &flow->op.err)) {
        error_wrap(&flow->op.err, "%s", e->address);
        return;
    }
    d->ret->endpoint = *e;
    d->ret->endpoint.address = mem_strdup(e->address);
    d->ret->is_podman = ping->is_podman;
    log_detail(
        "engine: %s%s%s, API 1.%d", e->address, *e->from ? " from " : "", e->from, d->ret->api);
}

static const struct flow_row discover_rows[] = {
    {"ask for the engine", begin_pings, pings_sent,    NO_LIMIT},
    {"find the engine",    tell_asked,  pings_decided, NO_LIMIT},
    {"talk to the engine", choose,      NULL,          NO_LIMIT},
};

static const struct op_type discover_type = {"discover", flow_step, NULL, NULL, flow_child_ended};

void discover_begin(struct discover *d, struct op *parent, const char *host, struct engine *ret)
{
    *d = (struct discover){.ret = ret};
    flow_begin(&d->flow, &discover_type, parent, NULL, discover_rows, array_size(discover_rows),
        array_size(discover_rows));
    d->flow.brief = true;
    if (!endpoints_find(host, &d->candidates, &d->flow.op.err))
        return;
    assert(d->candidates.n <= DISCOVER_MAX);
    for (size_t i = 0; i < d->candidates.n; i++)
        if (!transport_check(&d->candidates.items[i], &d->flow.op.err))
            return;
}

void discover_release(struct discover *d)
{
    for (size_t i = 0; i < d->candidates.n; i++) {
        call_release(&d->pings[i].call);
        str_release(&d->pings[i].body);
        if (d->pings[i].flow.op.type)
            flow_release(&d->pings[i].flow);
    }
    endpoints_release(&d->candidates);
    flow_release(&d->flow);
}

bool discover_has_asked(const struct discover *d)
{
    return d->asked || d->flow.op.ended;
}
