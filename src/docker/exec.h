/* exec.h - a further process in a running container: the calls for it. Each begins a call
 * (docker/call.h). */
#ifndef DOCKER_EXEC_H
#define DOCKER_EXEC_H

#include "docker/call.h"

/* POST /containers/{name}/exec with a spec ({"Cmd", "Tty", "AttachStdin", ...}): {"Id"}. A
 * container that does not run is an error of the op. */
void exec_create(
    struct call *, struct op *parent, const struct engine *, const char *name, const json_t *spec);

/* POST /exec/{id}/start, hijacked: `bytes` gets what the process writes, raw with a terminal,
 * framed (docker/frames.h) without. A background and quiet child: its end is a fact. It is
 * `upgraded` when the process starts; that it cannot be started is told in the stream. */
struct exec_streams {
    const char *id;
    bool terminal;
    void (*bytes)(void *user, const char *bytes, size_t n);
    void (*drained)(void *user); /* what was written has left */
    void *user;
};

void exec_start(
    struct call *, struct op *parent, const struct engine *, const struct exec_streams *);

/* The same without streams: answered when the process has been started. */
void exec_start_alone(struct call *, struct op *parent, const struct engine *, const char *id);

/* POST /exec/{id}/resize, once it has started; every refusal is tolerated. */
void exec_resize(struct call *, struct op *parent, const struct engine *, const char *id,
    unsigned rows, unsigned columns);

/* GET /exec/{id}/json: {"Running", "ExitCode"}. */
void exec_inspect(struct call *, struct op *parent, const struct engine *, const char *id);

#endif
