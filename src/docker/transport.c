/* transport.c - see transport.h. One row per kind of endpoint. */
#include "docker/transport.h"

#include <assert.h>

#include "base/mem.h"

static struct stream *open_unix(
    const struct endpoint *e, struct loop *loop, const struct stream_events *events, void *user)
{
    return stream_unix(loop, e->address, events, user);
}

static const struct {
    struct stream *(*open)(
        const struct endpoint *, struct loop *, const struct stream_events *, void *);
} transports[] = {
    [ENDPOINT_UNIX] = {open_unix},
    [ENDPOINT_TCP] = {NULL},
    [ENDPOINT_SSH] = {NULL},
};

bool transport_check(const struct endpoint *e, struct error *err)
{
    if (transports[e->kind].open)
        return true;
    cleanup_free char *url = endpoint_url(e);
    error_set(err,
        "reach %s (from %s): an engine on another machine cannot see this machine's files", url,
        e->from);
    return error_hint(
        err, "use an engine on this machine: unset %s, or set it to unix:///path", e->from);
}

struct stream *transport_open(
    const struct endpoint *e, struct loop *loop, const struct stream_events *events, void *user)
{
    assert(transports[e->kind].open);
    return transports[e->kind].open(e, loop, events, user);
}
