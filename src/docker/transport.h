/* transport.h - a connection to an endpoint, however it is reached. HTTP above sees a stream. */
#ifndef DOCKER_TRANSPORT_H
#define DOCKER_TRANSPORT_H

#include "docker/endpoint.h"
#include "loop/stream.h"

/* Can this endpoint be reached by this build? False with the reason. */
bool transport_check(const struct endpoint *, struct error *);

/* Connects; what goes wrong comes as `broken`. The endpoint has passed transport_check(). */
struct stream *transport_open(
    const struct endpoint *, struct loop *, const struct stream_events *, void *user);

#endif
