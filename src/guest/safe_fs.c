/* safe_fs.c - see safe_fs.h. */
#include "guest/safe_fs.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/openat2.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/file.h"
#include "base/mem.h"
#include "base/path.h"

static int with_openat2(int dir, const char *path, int flags, mode_t mode, uint64_t resolve)
{
    const struct open_how how = {
        .flags = (uint64_t)(unsigned)(flags | O_CLOEXEC),
        .mode = flags & O_CREAT ? mode : 0,
        .resolve = resolve | RESOLVE_NO_SYMLINKS | (path[0] == '/' ? 0 : RESOLVE_BENEATH),
    };
    return (int)syscall(SYS_openat2, dir, path, &how, sizeof how);
}

static const char *next_part(const char *path, char part[static NAME_MAX + 1])
{
    path += strspn(path, "/");
    size_t n = strcspn(path, "/");
    if (n > NAME_MAX) {
        errno = ENAMETOOLONG;
        return NULL;
    }
    memcpy(part, path, n);
    part[n] = '\0';
    path += n;
    return path + strspn(path, "/");
}

int safe_openat_by_hand(int dir, const char *path, int flags, mode_t mode)
{
    char part[NAME_MAX + 1];
    cleanup_close int at =
        openat(dir, path[0] == '/' ? "/" : ".", O_PATH | O_DIRECTORY | O_CLOEXEC);

    while (at >= 0 && (path = next_part(path, part))) {
        if (strcmp(part, "..") == 0) {
            errno = EXDEV;
            return -1;
        }
        const char *name = *part ? part : ".";
        if (!*path)
            return openat(at, name, flags | O_NOFOLLOW | O_CLOEXEC, mode);
        int next = openat(at, name, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
        int why = errno;
        close(at);
        errno = why;
        at = next;
    }
    return -1;
}

int safe_openat(int dir, const char *path, int flags, mode_t mode)
{
    int fd = with_openat2(dir, path, flags, mode, 0);
    if (fd < 0 && (errno == ENOSYS || errno == EPERM))
        fd = safe_openat_by_hand(dir, path, flags, mode);
    return fd;
}

int safe_openat_here(int dir, const char *path, int flags)
{
    int fd = with_openat2(dir, path, flags, 0, RESOLVE_NO_XDEV);
    if (fd >= 0 || (errno != ENOSYS && errno != EPERM))
        return fd;

    struct stat in, found;
    fd = safe_openat_by_hand(dir, path, flags, 0);
    if (fd >= 0 && (fstat(dir, &in) < 0 || fstat(fd, &found) < 0 || in.st_dev != found.st_dev)) {
        close(fd);
        errno = EXDEV;
        return -1;
    }
    return fd;
}

static const char *why(int error)
{
    return error == ELOOP ? "a symbolic link is in the way" : strerror(error);
}

bool safe_dir_open(struct safe_dir *ret, const char *path, struct error *err)
{
    int fd = safe_openat(AT_FDCWD, path, O_RDONLY | O_DIRECTORY, 0);
    if (fd < 0)
        return error_set(err, "open %s: %s", path, why(errno));
    *ret = (struct safe_dir){ fd, mem_strdup(path) };
    return true;
}

/* The owner of the directory for what was made in it. */
static bool adopt(int dir, int fd)
{
    struct stat parent, self;
    if (fstat(dir, &parent) < 0 || fstat(fd, &self) < 0)
        return false;
    if (parent.st_uid == self.st_uid && parent.st_gid == self.st_gid)
        return true;
    return fchown(fd, parent.st_uid, parent.st_gid) == 0;
}

bool safe_dir_sub(struct safe_dir *ret, const struct safe_dir *in, const char *name, mode_t mode,
    struct error *err)
{
    bool made = mkdirat(in->fd, name, mode) == 0;
    cleanup_close int fd = -1;

    if (made || errno == EEXIST)
        fd = safe_openat(in->fd, name, O_RDONLY | O_DIRECTORY, 0);
    if (fd < 0 || (made && !adopt(in->fd, fd)))
        return error_set(err, "make the directory %s/%s: %s", in->path, name, why(errno));
    *ret = (struct safe_dir){ fd, path_join(in->path, name) };
    fd = -1;
    return true;
}

bool safe_dir_make(struct safe_dir *ret, const char *path, mode_t mode, struct error *err)
{
    char part[NAME_MAX + 1];
    struct safe_dir at = SAFE_DIR;

    if (!safe_dir_open(&at, "/", err))
        return false;
    while (*path) {
        struct safe_dir next = SAFE_DIR;
        path = next_part(path, part);
        bool ok = path && strcmp(part, "..") != 0;
        if (!ok)
            error_set(err, "make a directory: its path is too long, or has a .. in it");
        else if (*part)
            ok = safe_dir_sub(&next, &at, part, *path ? 0755 : mode, err);
        else
            continue;
        safe_dir_close(&at);
        if (!ok)
            return false;
        at = next;
    }
    *ret = at;
    return true;
}

void safe_dir_close(struct safe_dir *dir)
{
    if (dir->fd >= 0)
        close(dir->fd);
    free(dir->path);
    *dir = (struct safe_dir)SAFE_DIR;
}

enum safe_found safe_read(
    const struct safe_dir *dir, const char *name, uid_t owner, struct str *ret, struct error *err)
{
    struct stat st;
    cleanup_free char *path = path_join(dir->path, name);
    /* O_NONBLOCK: a FIFO in place of the file must not keep us waiting for its writer. */
    cleanup_close int fd = safe_openat(dir->fd, name, O_RDONLY | O_NONBLOCK | O_NOCTTY, 0);

    if (fd < 0 && errno == ENOENT)
        return SAFE_MISSING;
    if (fd < 0 || fstat(fd, &st) < 0)
        error_set(err, "read %s: %s", path, why(errno));
    else if (!S_ISREG(st.st_mode))
        error_set(err, "read %s: not a regular file", path);
    else if (owner != SAFE_ANY_OWNER && st.st_uid != owner)
        error_set(err, "read %s: belongs to uid %u", path, (unsigned)st.st_uid);
    else if (file_read_fd(fd, path, ret, err))
        return SAFE_FOUND;
    return SAFE_REFUSED;
}

int safe_temp(const struct safe_dir *dir, char temp[static SAFE_TEMP], struct error *err)
{
    for (int tries = 0; tries < 16; tries++) {
        unsigned long long random = 0;
        if (getrandom(&random, sizeof random, 0) != sizeof random)
            break;
        snprintf(temp, SAFE_TEMP, ".ccpod-%016llx", random);
        int fd = openat(dir->fd, temp, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
        if (fd >= 0 || errno != EEXIST)
            return fd < 0 ? (error_set(err, "write in %s: %s", dir->path, strerror(errno)), -1)
                          : fd;
    }
    error_set(err, "write in %s: no name for a temporary file", dir->path);
    return -1;
}

bool safe_place(const struct safe_dir *dir, const char *temp, int fd, const char *name, mode_t mode,
    struct error *err)
{
    bool ok = fchmod(fd, mode) == 0 && adopt(dir->fd, fd);
    if (ok)
        ok = renameat(dir->fd, temp, dir->fd, name) == 0;
    if (!ok) {
        error_set(err, "write %s/%s: %s", dir->path, name, strerror(errno));
        unlinkat(dir->fd, temp, 0);
    }
    close(fd);
    return ok;
}

bool safe_replace(const struct safe_dir *dir, const char *name, const void *bytes, size_t n,
    mode_t mode, struct error *err)
{
    char temp[SAFE_TEMP];
    int fd = safe_temp(dir, temp, err);

    if (fd < 0)
        return false;
    if (!file_write_all(fd, bytes, n)) {
        error_set(err, "write %s/%s: %s", dir->path, name, strerror(errno));
        unlinkat(dir->fd, temp, 0);
        close(fd);
        return false;
    }
    return safe_place(dir, temp, fd, name, mode, err);
}
