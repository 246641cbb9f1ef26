/* exec_signal.h - passes a signal on to a process that was started with exec, which no call of the
 * engine does. A second exec, as the same user, looks for the processes with our mark in their
 * environment: the command and what it has started, as a terminal would signal all of a job. Where
 * the image has no shell this does nothing. */
#ifndef POD_EXEC_SIGNAL_H
#define POD_EXEC_SIGNAL_H

#include "docker/exec.h"
#include "loop/flow.h"

struct exec_signal {
    struct flow flow;
    const struct engine *engine;
    const char *container;
    json_t *spec; /* of the second exec; owned */
    struct call create, start;
};

/* `like` is the spec of the first exec, `command` where its Cmd begins (behind the guest's own
 * words), `mark` the variable as NAME=VALUE. A background, quiet child. */
void exec_signal_begin(struct exec_signal *, struct op *parent, const struct engine *,
    const char *container, const json_t *like, size_t command, const char *mark,
    const char *signal);
void exec_signal_release(struct exec_signal *);

#endif
