/* published.h - which of the pod's ports are published, as the engine's list of containers tells.
 *
 * Each port has one publisher: a main container, or the holder that it lives in. Which one is
 * decided by a ccpod that has the lock of the pod's ports (pod_lock_ports()) from before the list
 * until what publishes has started: what somebody else publishes is then in that list. */
#ifndef POD_PUBLISHED_H
#define POD_PUBLISHED_H

#include "pod/pod.h"

/* Does this entry of a container's Ports keep the port from being published? */
bool published_meets(const struct port *, const json_t *entry);

/* Does a container of a list publish anything, or did it until the engine was killed? */
bool published_any(const json_t *container);

/* The pod's own ports that no main container or holder of ours publishes, but for the one of that
 * name (NULL: none is left out); the caller releases. */
void published_open(const struct pod *, const char *except_name, struct ports *ret);

#endif
