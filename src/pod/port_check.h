/* port_check.h - are the ports free that the pod is to publish? Asked before anything is
 * started; who has a taken one is in the error.
 *
 * This machine is asked by trying (a socket, microseconds), the engine only about a port that is
 * not free. An engine that publishes elsewhere, or without a process of its own, refuses later. */
#ifndef POD_PORT_CHECK_H
#define POD_PORT_CHECK_H

#include "docker/containers.h"
#include "loop/flow.h"
#include "pod/pod.h"

struct port_check {
    struct flow flow;
    const struct pod *pod;
    struct call list;
    char *of;                /* whose port: "service db" */
    const struct port *port; /* that is taken; NULL: none */
};

/* pod->containers must be known. `wanted` says which services are to run. */
void port_check_begin(
    struct port_check *, struct op *parent, const struct pod *, const bool *wanted);
void port_check_release(struct port_check *);

#endif
