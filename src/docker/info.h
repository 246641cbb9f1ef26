/* info.h - what an engine says of itself (/info): asked once per engine and start, kept in a file,
 * because it costs 5 ms.
 *
 * The file's name is the hash of the endpoint and, for a socket, of its inode and change time: an
 * engine that was started again has made a new one. */
#ifndef DOCKER_INFO_H
#define DOCKER_INFO_H

#include "docker/call.h"
#include "loop/flow.h"

struct engine_info {
    bool has_local_log; /* log driver "local" */
    bool is_rootless;   /* container 0 is the user who runs the engine */
    bool remaps_users;  /* userns-remap */
    bool is_desktop;    /* a virtual machine of Docker Desktop or OrbStack: own agent socket */
};

struct info_call {
    struct flow flow;
    const struct engine *engine;
    struct call call;
    char *cache; /* path of the file */
    struct engine_info *ret;
    bool cached;
};

/* Fills *ret from the file in `dir` (made by the caller; NULL: none), else from the engine. */
void info_begin(struct info_call *, struct op *parent, const struct engine *, const char *dir,
    struct engine_info *ret);
void info_release(struct info_call *);

#endif
