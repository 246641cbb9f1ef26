/* child.h - from root to the user, and into the user's command. */
#ifndef GUEST_CHILD_H
#define GUEST_CHILD_H

#include <stdbool.h>
#include <sys/types.h>

#include "base/error.h"
#include "base/map.h"
#include "base/str.h"

/* As whom a command runs. */
struct child_user {
    uid_t uid;
    gid_t gid;
    const gid_t *groups;
    size_t n_groups;
    bool relaxed; /* setuid programs keep working; never for root */
};

/* Gives terminal and pipes to the user. The engine made them for root, as whom the guest starts,
 * but the user must be able to open /dev/stdout and the like, as in a container that starts as him.
 */
void child_give_streams(uid_t);

/* Gives the terminal a size, "ROWSxCOLUMNS", where it has none yet. */
void child_size_terminal(const char *size);

/* Turns this process into one of the user's, for good: ids, groups, no capability of any kind, no
 * way to get one back. Checks that it is so. */
bool child_become(const struct child_user *, struct error *);

/* Replaces this process by the command, found along PATH of that environment; without a command,
 * by a shell: bash, else sh. Comes back only with *err, whose exit code is 126 or 127. */
void child_exec(const struct strv *command, const struct map *env, struct error *);

/* Every signal as a new process expects it: nothing ignored, caught or blocked. */
void child_reset_signals(void);

#endif
