/* containers.h - the calls on containers that ccpod uses. Each begins a call (docker/call.h);
 * `name` is a container's name or id, never empty. JSON answers are in call->json. */
#ifndef DOCKER_CONTAINERS_H
#define DOCKER_CONTAINERS_H

#include "docker/call.h"

/* POST /containers/create. A taken name is an error of the op (status 409, or Podman's 500). */
void container_create(
    struct call *, struct op *parent, const struct engine *, const char *name, const json_t *spec);

/* GET /containers/{name}/json. Not there: status 404, no error. */
void container_inspect(struct call *, struct op *parent, const struct engine *, const char *name);

/* POST /containers/{name}/start. Status 304: it runs already. */
void container_start(struct call *, struct op *parent, const struct engine *, const char *name);

/* POST /containers/{name}/stop: SIGTERM, `grace_s`, SIGKILL, in the engine. Gone or ended: no
 * error. */
void container_stop(
    struct call *, struct op *parent, const struct engine *, const char *name, unsigned grace_s);

/* POST /containers/{name}/unpause. Not paused, or gone: no error. */
void container_unpause(struct call *, struct op *parent, const struct engine *, const char *name);

/* POST /containers/{name}/restart: as stop, then start. */
void container_restart(
    struct call *, struct op *parent, const struct engine *, const char *name, unsigned grace_s);

/* POST /containers/{name}/kill. Gone or ended already: no error. */
void container_kill(
    struct call *, struct op *parent, const struct engine *, const char *name, const char *signal);

/* POST /containers/{name}/resize: what a window change is worth; every refusal is tolerated. */
void container_resize(struct call *, struct op *parent, const struct engine *, const char *name,
    unsigned rows, unsigned columns);

/* POST /containers/{name}/wait. Before the start the condition must be "next-exit": the call is
 * `answered` when the engine has registered it, complete when the container has ended. A
 * background child. call_exit_code() reads the answer. */
void container_wait(struct call *, struct op *parent, const struct engine *, const char *name,
    const char *condition);

/* The code of a wait that is complete; false with the reason where the engine gives none. */
bool container_exit_code(const struct call *, int *ret_code, struct error *);

/* DELETE /containers/{name}?force=1&v=1. Not there, or being removed: no error. */
void container_remove(struct call *, struct op *parent, const struct engine *, const char *name);

/* GET /containers/json?all=1 with a filter {"label": [...]} in JSON. Of each container `picks`
 * (docker/json_pick.h) is kept; NULL: all. */
void container_list(struct call *, struct op *parent, const struct engine *, const json_t *filters,
    const struct json_pick *picks);

/* POST /containers/{name}/attach, hijacked: `bytes` gets what the container writes, raw with a
 * terminal, framed (docker/frames.h) without. A background and quiet child: its end is a fact.
 * It is `upgraded` when the engine has attached. Write with stream_write(call->stream). */
struct attach_spec {
    const char *name;
    bool stdin;
    void (*bytes)(void *user, const char *bytes, size_t n);
    void (*drained)(void *user); /* what was written has left */
    void *user;
};

void container_attach(
    struct call *, struct op *parent, const struct engine *, const struct attach_spec *);

#endif
