/* restart.h - a service's container stopped and started again, as it is: its configuration is not
 * looked at. */
#ifndef POD_RESTART_H
#define POD_RESTART_H

#include "base/error.h"
#include "pod/member.h"

/* `grace_s` -1: the container's own, else 5 s. `host`: --host, or NULL. */
bool restart_main(const char *host, const struct member_filter *, const char *service,
    long long grace_s, struct error *err);

#endif
