/* pod_lock.c - see pod_lock.h. */
#include "pod/pod_lock.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/mem.h"
#include "base/path.h"

char *pod_lock_path(
    const struct ccpod_home *home, const char *profile, const char *project_hash, const char *name)
{
    return name ? mem_printf("%s/locks/%s-%s-%s", home->dir, profile, project_hash, name)
                : mem_printf("%s/locks/%s-%s", home->dir, profile, project_hash);
}

static int open_file(const char *path)
{
    return open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
}

int pod_lock_try(const char *path)
{
    int fd = open_file(path);
    if (fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) == 0)
        return fd;
    if (fd >= 0)
        close(fd);
    return -1;
}

int pod_lock_holder(const struct ccpod_home *home, const char *profile, const char *project_hash,
    const char *holder)
{
    cleanup_error struct error ignored = {0};
    cleanup_free char *path = pod_lock_path(home, profile, project_hash, holder);
    cleanup_free char *dir = path_dir(path);
    return home_make(home, dir, &ignored) ? pod_lock_try(path) : -1;
}

int pod_lock_ports(const struct ccpod_home *home, const char *profile, const char *project_hash)
{
    return pod_lock_holder(home, profile, project_hash, "ports");
}

static void step(struct op *op)
{
    struct pod_lock *lock = (struct pod_lock *)op;
    if (op->children)
        return;
    if (op_is_asked(op) || flock(lock->fd, LOCK_EX | LOCK_NB) == 0)
        op_finish(op);
    else if (errno != EWOULDBLOCK && errno != EINTR)
        op_fail(op, "lock the project: %s", strerror(errno));
    else
        pause_begin(&lock->pause, op, POD_LOCK_AGAIN);
}

static void stop(struct op *op)
{
    struct pod_lock *lock = (struct pod_lock *)op;
    if (op_is_alive(&lock->pause.op))
        op_quit(&lock->pause.op);
}

static const struct op_type lock_type = {"lock", step, stop, NULL, NULL};

void pod_lock_begin(
    struct pod_lock *lock, struct op *parent, const struct ccpod_home *home, char *path)
{
    cleanup_free char *dir = path_dir(path);
    op_begin(&lock->op, &lock_type, parent);
    lock->fd = -1;
    if (home_make(home, dir, &lock->op.err)) {
        lock->fd = open_file(path);
        if (lock->fd < 0)
            op_fail(&lock->op, "open %s: %s", path, strerror(errno));
    }
    free(path);
}

void pod_lock_drop(struct pod_lock *lock)
{
    if (lock->op.type && lock->fd >= 0) {
        close(lock->fd);
        lock->fd = -1;
    }
}

void pod_lock_release(struct pod_lock *lock)
{
    pod_lock_drop(lock);
    if (lock->op.type)
        op_release(&lock->op);
}

/* One of several that hold it at the same time. */
static int share(
    const struct ccpod_home *home, const char *profile, const char *project_hash, const char *name)
{
    cleanup_error struct error ignored = {0};
    cleanup_free char *path = pod_lock_path(home, profile, project_hash, name);
    cleanup_free char *dir = path_dir(path);
    int fd = home_make(home, dir, &ignored) ? open_file(path) : -1;
    if (fd >= 0)
        (void)flock(fd, LOCK_SH | LOCK_NB);
    return fd;
}

/* Where it is held by whoever has just asked whether he is alone: he takes back what is his, not
 * ours. */
int pod_use_begin(const struct ccpod_home *home, const char *profile, const char *project_hash)
{
    return share(home, profile, project_hash, "use");
}

bool pod_use_is_alone(int fd)
{
    return fd < 0 || flock(fd, LOCK_EX | LOCK_NB) == 0;
}

int pod_start_begin(const struct ccpod_home *home, const char *profile, const char *project_hash)
{
    return share(home, profile, project_hash, "start");
}

bool pod_is_starting(const struct ccpod_home *home, const char *profile, const char *project_hash)
{
    cleanup_free char *path = pod_lock_path(home, profile, project_hash, "start");
    int fd = pod_lock_try(path);
    if (fd < 0)
        return errno == EWOULDBLOCK;
    close(fd);
    return false;
}

bool pod_is_warm(const char *path)
{
    struct stat st;
    return lstat(path, &st) == 0 && st.st_size > 0;
}

void pod_set_warm(const char *path, bool warm)
{
    int fd = open_file(path);
    if (fd < 0)
        return;
    /* What cannot be noted costs a run its head start, nothing else. */
    if (!warm)
        (void)!ftruncate(fd, 0);
    else
        (void)!pwrite(fd, "w", 1, 0);
    close(fd);
}
