/* serve.h - Claude's environment, secrets included, for a shell that is started in the running
 * container (`ccpod-guest exec`). An exec request must not hold it, for the engine shows these to
 * whoever asks.
 *
 * PID 1 listens on a socket that root alone may use, and passes each caller one descriptor of a
 * sealed file in memory: one call that cannot block, whatever the caller does. */
#ifndef GUEST_SERVE_H
#define GUEST_SERVE_H

#include <stdbool.h>

#include "base/error.h"
#include "base/str.h"
#include "guest/guest.h"

struct serve {
    int listening; /* readable: call serve_handle() */
    int memory;
};

bool serve_begin(struct serve *, const struct guest *, struct error *);
void serve_handle(struct serve *);
void serve_release(struct serve *);

/* The other side: asks PID 1, waiting for a container that is still being set up. */
bool serve_ask(struct str *ret, struct error *);

#endif
