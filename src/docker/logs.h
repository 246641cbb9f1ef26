/* logs.h - what a container has written, as far as the engine keeps it: GET
 * /containers/{name}/logs. No faithful copy (some engines change bytes that are no UTF-8): for
 * people to read. */
#ifndef DOCKER_LOGS_H
#define DOCKER_LOGS_H

#include "docker/call.h"

struct logs_spec {
    const char *name;  /* container's name or id */
    bool follow;       /* until the container ends */
    long long tail;    /* as many lines from the end; -1: all */
    const char *since; /* seconds since 1970, with a fraction or without; NULL: from the start */
    /* Raw where the container has a terminal, else framed (docker/frames.h). */
    void (*bytes)(void *user, const char *bytes, size_t n);
    void *user;
};

void logs_begin(struct call *, struct op *parent, const struct engine *, const struct logs_spec *);

#endif
