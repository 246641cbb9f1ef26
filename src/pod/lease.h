/* lease.h - whose a container is, and whether its owner lives.
 *
 * The label ccpod.lease names the process that made a container so that no other can be taken
 * for it: owner, boot id, pid namespace, pid, start time, role. A pid alone is used again; a boot
 * id alone is shared by every container of a machine. */
#ifndef POD_LEASE_H
#define POD_LEASE_H

#include <stdbool.h>

/* The lease of this process: "1 OWNER BOOT PIDNS PID START ROLE". The caller frees. */
char *lease_make(const char *role);

enum lease_state {
    LEASE_FOREIGN, /* not ours, or not readable: never touched */
    LEASE_ALIVE,   /* its process lives, or nobody can say that it does not */
    LEASE_DEAD,    /* ours, and the process is gone for certain */
};

enum lease_state lease_look(const char *lease);

#endif
