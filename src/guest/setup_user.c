/* setup_user.c - makes user.h's decision true: the lines in /etc/passwd and /etc/group, and a home
 * that the user can write to.
 *
 * What lies in the image's layers keeps its owner: to change it would copy it. Directories are the
 * exception where they must be writable, the home and those directly in it: they hold no data. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/guest_abi.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/mem.h"
#include "guest/safe_make.h"
#include "guest/safe_tree.h"
#include "guest/setup.h"

/* A file that is a link counts as missing: it is not followed, and it is replaced. */
static bool read_database(
    const struct safe_dir *etc, const char *name, struct str *ret, struct error *err)
{
    struct stat st;
    if (fstatat(etc->fd, name, &st, AT_SYMLINK_NOFOLLOW) == 0 && S_ISLNK(st.st_mode))
        return true;
    return safe_read(etc, name, SAFE_ANY_OWNER, ret, err) != SAFE_REFUSED;
}

static bool write_database(
    const struct safe_dir *etc, const char *name, const struct str *text, struct error *err)
{
    return text->len == 0 || safe_make_file(etc, name, text->s, text->len, 0644, SAFE_REPLACE, err);
}

/* Can this home be the user's? It is his already, or his in the image's layers, or lies where
 * homes lie, or is not there yet. /usr/sbin, the home of `daemon`, is none, and neither is the
 * workspace: what lies in a home would end up in the project. */
static bool is_fit(const struct guest *guest, const struct user *user)
{
    struct stat st;
    if (guest_is_shared(guest, user->home))
        return false;
    cleanup_close int fd = safe_openat(AT_FDCWD, user->home, O_PATH | O_DIRECTORY, 0);
    if (fd < 0)
        return errno == ENOENT;
    return fstat(fd, &st) == 0 && (st.st_uid == user->uid || st.st_uid == user->image_uid ||
                                      text_starts(user->home, "/home/"));
}

/* Space for the lines that are added. */
enum { LIMIT_DATABASE = 1 * MIB, LIMIT_CHANGED = 2 * MIB };

static bool make_user(
    const struct guest *guest, struct user_wish *wish, struct user *ret, struct error *err)
{
    cleanup_safe_dir struct safe_dir etc = SAFE_DIR;
    cleanup_str struct str passwd = STR(LIMIT_DATABASE), group = STR(LIMIT_DATABASE);
    cleanup_str struct str new_passwd = STR(LIMIT_CHANGED), new_group = STR(LIMIT_CHANGED);

    if (!safe_make_dirs(&etc, "/etc", 0755, err) || !read_database(&etc, "passwd", &passwd, err) ||
        !read_database(&etc, "group", &group, err) ||
        !user_plan(wish, passwd.s, group.s, ret, &new_passwd, &new_group, err))
        return false;
    if (!is_fit(guest, ret)) {
        wish->own_home = true;
        user_release(ret);
        str_clear(&new_passwd);
        str_clear(&new_group);
        user_plan(wish, passwd.s, group.s, ret, &new_passwd, &new_group, err);
    }
    return write_database(&etc, "passwd", &new_passwd, err) &&
           write_database(&etc, "group", &new_group, err);
}

static bool take_dir(const struct user *user, int fd, const struct stat *st)
{
    return (st->st_uid == user->uid && st->st_gid == user->gid) ||
           fchown(fd, user->uid, user->gid) == 0;
}

static void take_sub_dirs(const struct user *user, const struct safe_dir *home)
{
    int again = openat(home->fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *dir = again < 0 ? NULL : fdopendir(again);
    const struct dirent *e;

    while (dir && (e = readdir(dir))) {
        struct stat st;
        bool maybe = e->d_type == DT_DIR || e->d_type == DT_UNKNOWN;
        if (!maybe || strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0)
            continue;
        /* What is mounted there belongs to whoever mounted it. */
        cleanup_close int fd = safe_openat_here(home->fd, e->d_name, O_RDONLY | O_DIRECTORY);
        if (fd >= 0 && fstat(fd, &st) == 0 && st.st_uid == user->image_uid)
            take_dir(user, fd, &st);
    }
    if (dir)
        closedir(dir);
}

static bool make_home(const struct user *user, struct error *err)
{
    struct stat st;
    cleanup_safe_dir struct safe_dir home = SAFE_DIR;

    if (!safe_make_dirs(&home, user->home, 0755, err))
        return false;
    cleanup_close int root = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
    cleanup_close int here = safe_openat_here(root, user->home + 1, O_PATH | O_DIRECTORY);
    if (here < 0)
        return true;
    if (fstat(home.fd, &st) < 0 || !take_dir(user, home.fd, &st))
        return error_set(
            err, "give %s to uid %u: %s", user->home, (unsigned)user->uid, strerror(errno));
    if (user->uid != user->image_uid)
        take_sub_dirs(user, &home);
    return true;
}

bool setup_user(struct guest *guest, struct error *err)
{
    struct user_wish wish = {
        .uid = guest_given(guest, GUEST_ENV_UID),
        .gid = guest_given(guest, GUEST_ENV_GID),
        .image_user = guest_given(guest, GUEST_ENV_IMAGE_USER),
    };
    return make_user(guest, &wish, &guest->user, err) && make_home(&guest->user, err);
}

/* Volumes are made by the engine for root, and state may come from another user's run. */
bool setup_volumes(struct guest *guest, struct error *err)
{
    static const char *const dirs[] = {GUEST_PLUGINS_DIR, GUEST_STATE_DIR};
    for (size_t i = 0; i < array_size(dirs); i++) {
        cleanup_safe_dir struct safe_dir dir = SAFE_DIR;
        cleanup_error struct error trouble = {0};
        if (!safe_make_dirs(&dir, dirs[i], 0755, err))
            return false;
        /* Some shared file systems know no owners: Claude may well be able to write there. */
        if (!safe_tree_give(&dir, guest->user.uid, guest->user.gid, &trouble))
            log_warn("%s", trouble.text);
    }
    return true;
}
