/* identity.h - as whom and with which environment Claude runs, as bytes: PID 1 writes them, a
 * shell that is started in the container later reads them. Pure. */
#ifndef GUEST_IDENTITY_H
#define GUEST_IDENTITY_H

#include <stdbool.h>

#include "base/error.h"
#include "base/limits.h"
#include "base/map.h"
#include "base/str.h"
#include "guest/user.h"

/* The secrets, and as much again for the rest of the environment. */
enum { LIMIT_IDENTITY = 2 * LIMIT_SECRETS };

struct identity {
    uid_t uid;
    gid_t groups[USER_GROUPS]; /* the first is the group id */
    size_t n_groups;
    bool relaxed;
    struct map env;
};

bool identity_write(const struct user *, bool relaxed, const struct map *env, struct str *ret);
bool identity_read(const struct str *, struct identity *ret, struct error *);
void identity_release(struct identity *);

#endif
