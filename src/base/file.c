/* file.c - see file.h. */
#include "base/file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/path.h"

bool file_read_fd(int fd, const char *name, struct str *ret, struct error *err)
{
    char chunk[16384];
    ssize_t n;

    while ((n = read(fd, chunk, sizeof chunk)) != 0) {
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return error_set(err, "read %s: %s", name, strerror(errno));
        if (!str_add(ret, chunk, (size_t)n))
            return error_set(err, "read %s: larger than %zu bytes", name, ret->max);
    }
    return true;
}

bool file_read(const char *path, enum file_links links, struct str *ret, struct error *err)
{
    struct stat st;
    /* O_NONBLOCK: opening a FIFO must not wait for its writer; fstat then refuses it. */
    int flags = O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY;
    cleanup_close int fd = open(path, flags | (links == FILE_NO_LINKS ? O_NOFOLLOW : 0));

    if (fd < 0 && errno == ELOOP && links == FILE_NO_LINKS)
        return error_set(err, "read %s: it is a symbolic link", path);
    if (fd < 0 || fstat(fd, &st) < 0)
        return error_set(err, "read %s: %s", path, strerror(errno));
    if (!S_ISREG(st.st_mode))
        return error_set(err, "read %s: not a regular file", path);
    return file_read_fd(fd, path, ret, err);
}

bool file_write_all(int fd, const void *bytes, size_t n)
{
    const char *at = bytes;
    while (n) {
        ssize_t done = write(fd, at, n);
        if (done < 0 && errno == EINTR)
            continue;
        if (done < 0)
            return false;
        at += done;
        n -= (size_t)done;
    }
    return true;
}

static void sync_dir(const char *dir)
{
    cleanup_close int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd >= 0)
        fsync(fd);
}

static bool replace(const char *path, const char *dir, const void *bytes, size_t n, mode_t mode,
    bool lasts, struct error *err)
{
    cleanup_free char *temp = mem_printf("%s/.%s.XXXXXX", dir, path_base(path));
    cleanup_close int fd = mkostemp(temp, O_CLOEXEC);

    if (fd < 0)
        return error_set(err, "write %s: %s", path, strerror(errno));
    if (fchmod(fd, mode) < 0 || !file_write_all(fd, bytes, n) || (lasts && fsync(fd) < 0) ||
        rename(temp, path) < 0) {
        error_set(err, "write %s: %s", path, strerror(errno));
        unlink(temp);
        return false;
    }
    if (lasts)
        sync_dir(dir);
    return true;
}

bool file_replace(const char *path, const void *bytes, size_t n, mode_t mode, struct error *err)
{
    cleanup_free char *dir = path_dir(path);
    return replace(path, dir, bytes, n, mode, true, err);
}

bool file_renew(const char *path, const void *bytes, size_t n, mode_t mode, struct error *err)
{
    cleanup_free char *dir = path_dir(path);
    return replace(path, dir, bytes, n, mode, false, err);
}

bool file_create(const char *path, const void *bytes, size_t n, mode_t mode, struct error *err)
{
    cleanup_close int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode);
    if (fd < 0 || !file_write_all(fd, bytes, n))
        return error_set(err, "write %s: %s", path, strerror(errno));
    return true;
}

static bool check_dir(const char *path, mode_t mode, struct error *err)
{
    struct stat st;
    bool private = !(mode & 077);

    if ((private ? lstat(path, &st) : stat(path, &st)) < 0)
        return error_set(err, "%s: %s", path, strerror(errno));
    if (!S_ISDIR(st.st_mode))
        return error_set(err, "%s: not a directory", path);
    if (!private)
        return true;
    if (st.st_uid != geteuid())
        return error_set(err, "%s: belongs to another user (uid %u)", path, (unsigned)st.st_uid);
    if ((st.st_mode & 077) && chmod(path, mode) < 0)
        return error_set(err, "%s: take others' rights away: %s", path, strerror(errno));
    return true;
}

bool file_make_dirs(const char *path, mode_t mode, struct error *err)
{
    if (mkdir(path, mode) == 0)
        return true;
    if (errno == ENOENT) {
        cleanup_free char *parent = path_dir(path);
        if (strcmp(parent, path) != 0 && !file_make_dirs(parent, mode | 0700, err))
            return false;
        if (mkdir(path, mode) == 0)
            return true;
    }
    if (errno != EEXIST)
        return error_set(err, "make the directory %s: %s", path, strerror(errno));
    return check_dir(path, mode, err);
}

bool file_lock(const char *path, unsigned ms, int *ret_fd, struct error *err)
{
    const struct timespec pause = {.tv_nsec = 5 * 1000 * 1000};
    cleanup_close int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);

    if (fd < 0)
        return error_set(err, "lock %s: %s", path, strerror(errno));
    for (unsigned waited = 0; flock(fd, LOCK_EX | LOCK_NB) < 0; waited += 5) {
        if (errno != EWOULDBLOCK && errno != EINTR)
            return error_set(err, "lock %s: %s", path, strerror(errno));
        if (waited >= ms)
            return error_set(err, "lock %s: another ccpod has held it for %u ms", path, ms);
        nanosleep(&pause, NULL);
    }
    *ret_fd = fd;
    fd = -1;
    return true;
}

/* --- removing a tree that somebody else has made --- */

/* Directories are opened inside each other, so many at most. What lies deeper is moved to the top
 * of the tree, where the next pass finds it. */
enum { TREE_DEPTH = 32, TREE_PASSES = 10000 };

struct removal {
    int top;
    unsigned moved; /* names given at the top */
    bool progress;  /* in this pass */
    int why;        /* the first failure of this pass; 0: none */
};

/* Another program may be removing the same tree: what is missing at any moment is as good. */
static void note(struct removal *r, bool done)
{
    r->progress |= done;
    if (!done && errno != ENOENT && !r->why)
        r->why = errno;
}

/* Its owner may have taken its own rights away. */
static int open_closed_dir(int parent, const char *name)
{
    const int flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
    struct stat st;
    int fd = openat(parent, name, flags);
    if (fd < 0 && errno == EACCES && fchmodat(parent, name, 0700, AT_SYMLINK_NOFOLLOW) == 0)
        fd = openat(parent, name, flags);
    if (fd >= 0 && fstat(fd, &st) == 0 && (st.st_mode & 0700) != 0700)
        fchmod(fd, 0700);
    return fd;
}

static bool move_to_top(struct removal *r, int parent, const char *name)
{
    char unique[32];
    snprintf(unique, sizeof unique, ".moved-%u", r->moved++);
    return renameat(parent, name, r->top, unique) == 0;
}

static void empty_dir(struct removal *, int fd, unsigned depth);

static void remove_at(struct removal *r, int parent, const char *name, unsigned depth)
{
    bool done = unlinkat(parent, name, 0) == 0;
    if (done || errno == ENOENT) {
        note(r, done);
        return;
    }
    int fd = open_closed_dir(parent, name);
    if (fd < 0) {
        note(r, false);
    } else if (depth == TREE_DEPTH) {
        close(fd);
        note(r, move_to_top(r, parent, name));
    } else {
        empty_dir(r, fd, depth + 1);
        note(r, unlinkat(parent, name, AT_REMOVEDIR) == 0);
    }
}

/* Everything in the directory `fd` (taken over and closed). */
static void empty_dir(struct removal *r, int fd, unsigned depth)
{
    DIR *dir = fdopendir(fd);
    if (!dir) {
        note(r, false);
        close(fd);
        return;
    }
    const struct dirent *e;
    while ((e = readdir(dir)))
        if (strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0)
            remove_at(r, dirfd(dir), e->d_name, depth);
    closedir(dir);
}

bool file_remove_tree(const char *path)
{
    if (unlink(path) == 0 || errno == ENOENT)
        return true;
    cleanup_close int top = open_closed_dir(AT_FDCWD, path);
    if (top < 0)
        return errno == ENOENT;
    struct removal r = {.top = top};
    for (unsigned pass = 0; pass < TREE_PASSES; pass++) {
        r.progress = false;
        r.why = 0;
        empty_dir(&r, openat(top, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC), 1);
        if (rmdir(path) == 0 || errno == ENOENT)
            return true;
        if (!r.progress)
            break;
    }
    errno = r.why ? r.why : errno;
    return false;
}

bool file_exists(const char *path)
{
    struct stat st;
    return stat(path, &st) == 0;
}

time_t file_written(const char *path)
{
    struct stat st;
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return lstat(path, &st) < 0 || st.st_mtime > now.tv_sec ? 0 : st.st_mtime;
}
