/* endpoint.h - where an engine may be: the explicit choice, or the usual places in order.
 *
 * An explicit choice (--host, DOCKER_SOCKET_PATH, DOCKER_HOST, CONTAINER_HOST, a docker context)
 * is the only candidate and is not second-guessed. Else the sockets of the known runtimes are
 * candidates; docker/discover.h asks them. */
#ifndef DOCKER_ENDPOINT_H
#define DOCKER_ENDPOINT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

enum endpoint_kind { ENDPOINT_UNIX, ENDPOINT_TCP, ENDPOINT_SSH };

struct endpoint {
    enum endpoint_kind kind;
    char *address;       /* the socket's path, or what stands behind tcp:// or ssh:// */
    const char *runtime; /* "docker", "podman", ...; "" where it was chosen explicitly */
    const char *from;    /* what named it: "DOCKER_HOST", ...; "" for a usual place */
};

struct endpoints {
    struct endpoint *items;
    size_t n;
    bool explicit; /* one, chosen by the user */
};

/* `host` is --host's value, or NULL. Wrong values are errors that name where they stand. */
bool endpoints_find(const char *host, struct endpoints *ret, struct error *);
void endpoints_release(struct endpoints *);

/* As the user would write it: unix:///var/run/docker.sock. The caller frees. */
char *endpoint_url(const struct endpoint *);

#endif
