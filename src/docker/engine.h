/* engine.h - the engine that was found: where it is, which version of its API we speak. Made by
 * docker/discover.h; every call (docker/call.h) goes to one. Plain data. */
#ifndef DOCKER_ENGINE_H
#define DOCKER_ENGINE_H

#include <stdbool.h>

#include "docker/endpoint.h"

/* API versions 1.N: the oldest that has what we need, and the newest that we know. */
enum { ENGINE_API_LEAST = 41, ENGINE_API_OURS = 47 };

struct engine {
    struct endpoint endpoint; /* address owned */
    int api;                  /* we speak 1.<api> */
    bool is_podman;
};

void engine_release(struct engine *);

/* The lower of ours and the engine's ("1.41"; missing or unreadable: the least), or what
 * DOCKER_API_VERSION (`fixed`) says. False where there is no common version. */
bool engine_negotiate(const char *offered, const char *fixed, int *ret_api, struct error *);

#endif
