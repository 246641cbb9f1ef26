/* safe_make.c - see safe_make.h. */
#include "guest/safe_make.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/fsuid.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/mem.h"
#include "base/path.h"

/* One thing to make: arguments of openat(), mkdirat() or symlinkat(). */
struct making {
    int dir;
    const char *name, *target;
    mode_t mode;
};

static int make_file(const struct making *m)
{
    return openat(m->dir, m->name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, m->mode);
}

static int make_dir(const struct making *m)
{
    return mkdirat(m->dir, m->name, m->mode);
}

static int make_link(const struct making *m)
{
    return symlinkat(m->target, m->dir, m->name);
}

/* For the file system alone this process is the directory's owner for a moment. That spares a
 * chown for each file; where it may not be that (later, PID 1 has given up the right), or where
 * the owner could not write, it is root that makes it. */
static int as_owner(int (*make)(const struct making *), const struct making *making)
{
    struct stat dir;
    if (fstat(making->dir, &dir) < 0)
        return -1;
    setfsgid(dir.st_gid);
    setfsuid(dir.st_uid);
    int result = make(making);
    int why = errno;
    setfsuid(geteuid());
    setfsgid(getegid());
    errno = why;
    return result < 0 && errno == EACCES ? make(making) : result;
}

/* Owner and mode, where the making has not settled them. */
static bool settle(int dir, int fd, mode_t mode)
{
    struct stat in, st;
    if (fstat(dir, &in) < 0 || fstat(fd, &st) < 0)
        return false;
    if ((st.st_mode & 0777) != mode && fchmod(fd, mode) < 0)
        return false;
    return (in.st_uid == st.st_uid && in.st_gid == st.st_gid) ||
           fchown(fd, in.st_uid, in.st_gid) == 0;
}

bool safe_make_dir(struct safe_dir *ret, const struct safe_dir *in, const char *name, mode_t mode,
    struct error *err)
{
    const struct making making = {.dir = in->fd, .name = name, .mode = mode};
    cleanup_close int fd = safe_openat(in->fd, name, O_RDONLY | O_DIRECTORY, 0);

    if (fd < 0 && errno == ENOENT && as_owner(make_dir, &making) == 0) {
        fd = safe_openat(in->fd, name, O_RDONLY | O_DIRECTORY, 0);
        if (fd >= 0 && !settle(in->fd, fd, mode)) {
            close(fd);
            fd = -1;
        }
    }
    if (fd < 0)
        return error_set(err, "make the directory %s/%s: %s", in->path, name, safe_why(errno));
    *ret = (struct safe_dir){fd, path_join(in->path, name)};
    fd = -1;
    return true;
}

bool safe_make_dirs(struct safe_dir *ret, const char *path, mode_t mode, struct error *err)
{
    char part[SAFE_PART];
    cleanup_error struct error missing = {0};
    struct safe_dir at = SAFE_DIR;

    if (safe_dir_open(ret, path, &missing))
        return true;
    if (!safe_dir_open(&at, "/", err))
        return false;
    while (*path) {
        struct safe_dir next = SAFE_DIR;
        path = safe_next_part(path, part);
        bool ok = path && strcmp(part, "..") != 0;
        if (!ok)
            error_set(err, "make a directory: its path is too long, or has a .. in it");
        else if (*part)
            ok = safe_make_dir(&next, &at, part, *path ? 0755 : mode, err);
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

static bool failed(const struct safe_file *file, struct error *err)
{
    return error_set(err, "write %s/%s: %s", file->dir->path, file->name, strerror(errno));
}

bool safe_file_begin(struct safe_file *file, const struct safe_dir *dir, const char *name,
    mode_t mode, enum safe_way way, struct error *err)
{
    struct making making = {.dir = dir->fd, .name = name, .mode = mode};
    *file = (struct safe_file){.dir = dir, .name = name, .fd = -1};

    if (way == SAFE_CREATE)
        file->fd = as_owner(make_file, &making);
    making.name = file->temp;
    for (int tries = 0; file->fd < 0 && tries < 16; tries++) {
        unsigned long long random = 0;
        if (getrandom(&random, sizeof random, 0) != sizeof random)
            break;
        snprintf(file->temp, sizeof file->temp, ".ccpod-%016llx", random);
        file->fd = as_owner(make_file, &making);
        if (file->fd < 0 && errno != EEXIST)
            break;
    }
    if (file->fd >= 0 && settle(dir->fd, file->fd, mode))
        return true;
    failed(file, err);
    safe_file_drop(file);
    return false;
}

bool safe_file_end(struct safe_file *file, struct error *err)
{
    if (*file->temp && renameat(file->dir->fd, file->temp, file->dir->fd, file->name) < 0) {
        failed(file, err);
        safe_file_drop(file);
        return false;
    }
    close(file->fd);
    return true;
}

void safe_file_drop(struct safe_file *file)
{
    if (file->fd < 0)
        return;
    unlinkat(file->dir->fd, *file->temp ? file->temp : file->name, 0);
    close(file->fd);
}

bool safe_make_file(const struct safe_dir *dir, const char *name, const void *bytes, size_t n,
    mode_t mode, enum safe_way way, struct error *err)
{
    struct safe_file file;
    if (!safe_file_begin(&file, dir, name, mode, way, err))
        return false;
    if (file_write_all(file.fd, bytes, n))
        return safe_file_end(&file, err);
    failed(&file, err);
    safe_file_drop(&file);
    return false;
}

bool safe_make_link(const struct safe_dir *dir, const char *name, const char *target)
{
    const struct making making = {.dir = dir->fd, .name = name, .target = target};
    struct stat in, st;

    if (as_owner(make_link, &making) < 0) {
        if (errno != EEXIST || unlinkat(dir->fd, name, 0) < 0 || as_owner(make_link, &making) < 0)
            return false;
    }
    if (fstat(dir->fd, &in) < 0 || fstatat(dir->fd, name, &st, AT_SYMLINK_NOFOLLOW) < 0)
        return false;
    return (in.st_uid == st.st_uid && in.st_gid == st.st_gid) ||
           fchownat(dir->fd, name, in.st_uid, in.st_gid, AT_SYMLINK_NOFOLLOW) == 0;
}
