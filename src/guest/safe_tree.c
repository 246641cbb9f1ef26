/* safe_tree.c - see safe_tree.h. */
#include "guest/safe_tree.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/limits.h"
#include "base/mem.h"
#include "base/path.h"
#include "guest/safe_make.h"

/* Each level holds a descriptor open, of which there are 1024. */
enum { DEEPEST = 200 };

static DIR *list(int fd)
{
    int again = openat(fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *dir = again < 0 ? NULL : fdopendir(again);
    if (!dir && again >= 0)
        close(again);
    return dir;
}

static void list_cleanup(DIR **dir)
{
    if (*dir)
        closedir(*dir);
}
#define cleanup_list __attribute__((cleanup(list_cleanup)))

static bool is_dots(const char *name)
{
    return name[0] == '.' && (!name[1] || (name[1] == '.' && !name[2]));
}

static bool give_level(int fd, uid_t uid, gid_t gid, unsigned depth)
{
    cleanup_list DIR *dir = list(fd);
    const struct dirent *e;

    if (!dir)
        return false;
    while ((e = readdir(dir))) {
        struct stat st;
        if (is_dots(e->d_name) || fstatat(fd, e->d_name, &st, AT_SYMLINK_NOFOLLOW) < 0)
            continue;
        if (S_ISDIR(st.st_mode) && depth < DEEPEST) {
            cleanup_close int sub = safe_openat_here(fd, e->d_name, O_RDONLY | O_DIRECTORY);
            if (sub < 0)
                continue; /* another mount, or gone */
            if (!give_level(sub, uid, gid, depth + 1))
                return false;
        }
        if ((st.st_uid != uid || st.st_gid != gid) &&
            fchownat(fd, e->d_name, uid, gid, AT_SYMLINK_NOFOLLOW) < 0 && errno != ENOENT)
            return false;
    }
    return true;
}

bool safe_tree_give(const struct safe_dir *dir, uid_t uid, gid_t gid, struct error *err)
{
    struct stat st;
    if (fstat(dir->fd, &st) == 0 && st.st_uid == uid && st.st_gid == gid)
        return true;
    if (!give_level(dir->fd, uid, gid, 0) || fchown(dir->fd, uid, gid) < 0)
        return error_set(err, "give %s to uid %u: %s", dir->path, (unsigned)uid, strerror(errno));
    return true;
}

static bool copy_file(const struct safe_dir *from, const struct safe_dir *to, const char *name,
    const struct stat *st, struct error *err)
{
    char chunk[LIMIT_READ_CHUNK];
    struct safe_file made;
    cleanup_close int in = safe_openat(from->fd, name, O_RDONLY | O_NONBLOCK | O_NOCTTY, 0);
    ssize_t n = 0;

    if (in < 0)
        return error_set(err, "read %s/%s: %s", from->path, name, safe_why(errno));
    if (!safe_file_begin(&made, to, name, (st->st_mode & 0777) | 0600, SAFE_CREATE, err))
        return false;
    while ((n = read(in, chunk, sizeof chunk)) > 0)
        if (!file_write_all(made.fd, chunk, (size_t)n))
            break;
    if (n == 0)
        return safe_file_end(&made, err);
    error_set(err, "copy %s/%s to %s: %s", from->path, name, to->path, strerror(errno));
    safe_file_drop(&made);
    return false;
}

static bool copy_link(
    const struct safe_dir *from, const struct safe_dir *to, const char *name, struct error *err)
{
    char target[LIMIT_PATH];
    ssize_t n = readlinkat(from->fd, name, target, sizeof target - 1);

    if (n < 0)
        return error_set(err, "read %s/%s: %s", from->path, name, strerror(errno));
    target[n] = '\0';
    return safe_make_link(to, name, target) ||
           error_set(err, "link %s/%s: %s", to->path, name, strerror(errno));
}

static bool copy_level(const struct safe_dir *from, const struct safe_dir *to,
    bool (*skip)(const char *), unsigned depth, struct error *err);

static bool copy_sub(const struct safe_dir *from, const struct safe_dir *to, const char *name,
    const struct stat *st, unsigned depth, struct error *err)
{
    cleanup_safe_dir struct safe_dir sub = SAFE_DIR, made = SAFE_DIR;
    if (depth >= DEEPEST)
        return error_set(err, "copy %s/%s: too deep", from->path, name);
    sub.fd = safe_openat(from->fd, name, O_RDONLY | O_DIRECTORY, 0);
    if (sub.fd < 0)
        return error_set(err, "read %s/%s: %s", from->path, name, strerror(errno));
    sub.path = path_join(from->path, name);
    return safe_make_dir(&made, to, name, (st->st_mode & 0777) | 0700, err) &&
           copy_level(&sub, &made, NULL, depth + 1, err);
}

static bool copy_level(const struct safe_dir *from, const struct safe_dir *to,
    bool (*skip)(const char *), unsigned depth, struct error *err)
{
    cleanup_list DIR *dir = list(from->fd);
    const struct dirent *e;

    if (!dir)
        return error_set(err, "read %s: %s", from->path, strerror(errno));
    while ((e = readdir(dir))) {
        struct stat st;
        const char *name = e->d_name;
        bool ok = true;
        if (is_dots(name) || (skip && skip(name)))
            continue;
        if (fstatat(from->fd, name, &st, AT_SYMLINK_NOFOLLOW) < 0)
            return error_set(err, "read %s/%s: %s", from->path, name, strerror(errno));
        if (S_ISDIR(st.st_mode))
            ok = copy_sub(from, to, name, &st, depth, err);
        else if (S_ISREG(st.st_mode))
            ok = copy_file(from, to, name, &st, err);
        else if (S_ISLNK(st.st_mode))
            ok = copy_link(from, to, name, err);
        if (!ok)
            return false;
    }
    return true;
}

bool safe_tree_copy(const struct safe_dir *from, const struct safe_dir *to,
    bool (*skip)(const char *name), struct error *err)
{
    return copy_level(from, to, skip, 0, err);
}
