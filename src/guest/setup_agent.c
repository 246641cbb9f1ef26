/* setup_agent.c - the SSH agent's socket, where one is mounted: its group becomes Claude's, which
 * may use it. The owner is not changed, for it may be the host's own socket, and its owner goes on
 * using it. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/guest_abi.h"
#include "base/log.h"
#include "base/mem.h"
#include "guest/safe_fs.h"
#include "guest/setup.h"

static bool may_use(const struct user *user, const struct stat *st)
{
    if (st->st_uid == user->uid)
        return st->st_mode & S_IWUSR;
    for (size_t i = 0; i < user->n_groups; i++)
        if (st->st_gid == user->groups[i])
            return st->st_mode & S_IWGRP;
    return st->st_mode & S_IWOTH;
}

bool setup_agent(struct guest *guest, struct error *err)
{
    struct stat st;
    char self[64];
    cleanup_close int fd = safe_openat(AT_FDCWD, GUEST_SSH_AGENT, O_PATH, 0);
    (void)err;

    if (fd < 0 || fstat(fd, &st) < 0 || !S_ISSOCK(st.st_mode))
        return true;
    if (!map_get(&guest->env, "SSH_AUTH_SOCK"))
        map_set(&guest->env, "SSH_AUTH_SOCK", GUEST_SSH_AGENT);
    if (may_use(&guest->user, &st))
        return true;
    snprintf(self, sizeof self, "/proc/self/fd/%d", fd);
    if (fchownat(fd, "", (uid_t)-1, guest->user.gid, AT_EMPTY_PATH) < 0 ||
        chmod(self, (st.st_mode & 0777) | S_IRGRP | S_IWGRP) < 0)
        log_warn(
            "the SSH agent's socket cannot be opened to %s: %s", guest->user.name, strerror(errno));
    return true;
}
