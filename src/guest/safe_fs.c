/* safe_fs.c - see safe_fs.h. */
#include "guest/safe_fs.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
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
        .mode = (flags & O_CREAT) ? mode : 0,
        .resolve = resolve | RESOLVE_NO_SYMLINKS | (path[0] == '/' ? 0 : RESOLVE_BENEATH),
    };
    return (int)syscall(SYS_openat2, dir, path, &how, sizeof how);
}

const char *safe_next_part(const char *path, char part[static SAFE_PART])
{
    path += strspn(path, "/");
    size_t n = strcspn(path, "/");
    if (n >= SAFE_PART) {
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
    char part[SAFE_PART];
    cleanup_close int at =
        openat(dir, path[0] == '/' ? "/" : ".", O_PATH | O_DIRECTORY | O_CLOEXEC);

    while (at >= 0 && (path = safe_next_part(path, part))) {
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

const char *safe_why(int error)
{
    return error == ELOOP ? "a symbolic link is in the way" : strerror(error);
}

bool safe_dir_open(struct safe_dir *ret, const char *path, struct error *err)
{
    int fd = safe_openat(AT_FDCWD, path, O_RDONLY | O_DIRECTORY, 0);
    if (fd < 0)
        return error_set(err, "open %s: %s", path, safe_why(errno));
    *ret = (struct safe_dir){fd, mem_strdup(path)};
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
        error_set(err, "read %s: %s", path, safe_why(errno));
    else if (!S_ISREG(st.st_mode))
        error_set(err, "read %s: not a regular file", path);
    else if (owner != SAFE_ANY_OWNER && st.st_uid != owner)
        error_set(err, "read %s: belongs to uid %u", path, (unsigned)st.st_uid);
    else if (file_read_fd(fd, path, ret, err))
        return SAFE_FOUND;
    return SAFE_REFUSED;
}
