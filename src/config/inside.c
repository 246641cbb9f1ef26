/* inside.c - see inside.h. */
#include "config/inside.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/mem.h"
#include "base/path.h"

/* Opens the directory that holds the last component of `name`, without following links; *ret_last
 * is that component, within `name`. A negative result has errno set. */
static int open_parent(const char *dir, const char *name, const char **ret_last)
{
    int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    while (fd >= 0) {
        size_t n = strcspn(name, "/");
        if (!name[n] || !name[n + 1])
            break;
        cleanup_free char *step = mem_strndup(name, n);
        int next = openat(fd, step, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
        int why = errno;
        close(fd);
        errno = why;
        fd = next;
        name += n + 1;
    }
    *ret_last = name;
    return fd;
}

/* Opens a file without following links; a negative result has errno set. */
static int open_plain(const char *dir, const char *name)
{
    const char *last;
    cleanup_close int parent = open_parent(dir, name, &last);
    return parent < 0
               ? -1
               : openat(parent, last, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
}

/* Reads what open_plain() has opened, or not: `name` in the directory, and `path` for messages. */
static enum inside read_plain(int fd, const char *name, const char *path, const struct masks *masks,
    struct str *ret, struct stat *st, struct error *err)
{
    if (fd < 0 || fstat(fd, st) < 0)
        error_set(err, "read %s: %s", path, strerror(errno));
    else if (!S_ISREG(st->st_mode))
        error_set(err, "read %s: not a regular file", path);
    else if (file_read_fd(fd, path, ret, err))
        return masks && masks_hide(masks, name) ? INSIDE_MASKED : INSIDE_FOUND;
    return INSIDE_FAILED;
}

enum inside inside_read(const char *dir, const char *name, const struct masks *masks,
    struct str *ret, struct stat *ret_stat, struct error *err)
{
    struct stat st;
    cleanup_free char *path = path_join(dir, name);

    /* The usual file has no links on its way, and to find that out costs least. */
    cleanup_close int fd = path_is_inner(name) ? open_plain(dir, name) : -1;
    if (fd >= 0)
        return read_plain(fd, name, path, masks, ret, ret_stat ? ret_stat : &st, err);
    cleanup_free char *real = realpath(path, NULL);
    if (!real && (errno == ENOENT || errno == ENOTDIR)) {
        /* A link to nowhere is not the same as nothing. */
        if (lstat(path, &st) == 0 && S_ISLNK(st.st_mode)) {
            error_set(err, "read %s: a link to a file that does not exist", path);
            return INSIDE_FAILED;
        }
        return INSIDE_MISSING;
    }
    if (!real) {
        error_set(err, "read %s: %s", path, strerror(errno));
        return INSIDE_FAILED;
    }
    if (!path_beneath(real, dir) || strcmp(real, dir) == 0) {
        error_set(err, "read %s: it leads out of %s", path, dir);
        error_hint(err, "What ccpod reads in a project must lie in the project, links resolved.");
        return INSIDE_FAILED;
    }
    size_t skip = strlen(dir);
    skip += dir[skip - 1] != '/';
    fd = open_plain(dir, real + skip);
    return read_plain(fd, real + skip, real, masks, ret, ret_stat ? ret_stat : &st, err);
}

enum inside_kind inside_look(const char *dir, const char *name)
{
    struct stat st;
    const char *last;
    cleanup_close int parent = open_parent(dir, name, &last);
    /* O_DIRECTORY with O_NOFOLLOW says ENOTDIR for a link (Linux) or ELOOP (elsewhere). */
    if (parent < 0 && errno == ENOENT)
        return INSIDE_NOTHING;
    cleanup_free char *base = mem_strndup(last, strcspn(last, "/"));
    if (parent < 0)
        return errno == ENOTDIR || errno == ELOOP ? INSIDE_LINK : INSIDE_OTHER;
    if (fstatat(parent, base, &st, AT_SYMLINK_NOFOLLOW) < 0)
        return errno == ENOENT ? INSIDE_NOTHING : INSIDE_OTHER;
    return S_ISLNK(st.st_mode)   ? INSIDE_LINK
           : S_ISDIR(st.st_mode) ? INSIDE_DIR
           : S_ISREG(st.st_mode) ? INSIDE_FILE
                                 : INSIDE_OTHER;
}
