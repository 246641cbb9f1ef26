/* info.h - what an engine says of itself (/info): asked once per engine and start, kept in a file,
 * because it costs 5 ms.
 *
 * The file's name is the hash of the endpoint and of inode and change time of two files that an
 * engine makes anew when it starts: its socket, and dockerd's pid file beside it, because systemd
 * keeps a socket of its own making. For an engine that has neither (Podman, a pid file elsewhere)
 * the answer grows old. */
#ifndef DOCKER_INFO_H
#define DOCKER_INFO_H

#include "docker/call.h"
#include "loop/flow.h"

enum { INFO_KEPT_S = 24 * 60 * 60 };

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
