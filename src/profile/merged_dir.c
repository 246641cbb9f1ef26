/* merged_dir.c - see merged_dir.h: which directory it is, and that it is there.
 *
 * The source is read once to learn its name (tree_hash()); if that directory exists, all is done.
 * Else it is read again, and copied under a temporary name; the copy is named by what was copied,
 * so a source that changes meanwhile cannot make a name lie.
 *
 * Nothing is flushed to disk, which would cost seconds on a busy one. Instead a directory that was
 * last used before the machine started is read once more before it is trusted: a power cut may
 * have left empty files in it.
 *
 * Who wants a directory holds a shared lock on the parent until the directory's time is new; who
 * removes old ones takes the lock for itself, and takes their names away before it is given up. */
#include "profile/merged_dir.h"

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
#ifdef __APPLE__
#include <sys/sysctl.h>
#endif

#include "base/file.h"
#include "base/mem.h"
#include "base/path.h"
#include "profile/tree_copy.h"

#define TEMPORARY ".new-"
#define UNUSED    ".old-"

static time_t boot_time(void)
{
#ifdef __APPLE__
    struct timeval boot = {0};
    size_t n = sizeof boot;
    int name[] = {CTL_KERN, KERN_BOOTTIME};
    return sysctl(name, 2, &boot, &n, NULL, 0) == 0 ? boot.tv_sec : time(NULL);
#else
    struct timespec up = {0};
    return clock_gettime(CLOCK_BOOTTIME, &up) == 0 ? time(NULL) - up.tv_sec : time(NULL);
#endif
}

enum standing { STANDS, STANDS_NOT, STANDS_WRONG };

/* Is the directory there, ours, and whole? Notes that it is used. */
static enum standing look(const char *path, const char *hash, struct error *err)
{
    struct stat st;
    char found[HASH_HEX + 1];
    cleanup_error struct error ignored = {0};

    if (lstat(path, &st) < 0) {
        if (errno == ENOENT)
            return STANDS_NOT;
        error_set(err, "%s: %s", path, strerror(errno));
        return STANDS_WRONG;
    }
    if (!S_ISDIR(st.st_mode) || st.st_uid != geteuid()) {
        error_set(err, "%s: %s", path,
            S_ISDIR(st.st_mode) ? "belongs to another user" : "not a directory");
        error_hint(err, "Nothing of ccpod's is a link or another's; remove it.");
        return STANDS_WRONG;
    }
    if (st.st_mtime <= boot_time() &&
        (!tree_hash(&(struct tree){.dir = path}, found, &ignored) || strcmp(found, hash) != 0)) {
        file_remove_tree(path);
        return STANDS_NOT;
    }
    utimensat(AT_FDCWD, path, NULL, AT_SYMLINK_NOFOLLOW);
    return STANDS;
}

/* Puts the copy in place under its name; another run may have been faster with an equal one. */
static bool place(
    const char *temp, const char *parent, const char *hash, char **ret_path, struct error *err)
{
    cleanup_free char *path = path_join(parent, hash);
    if (rename(temp, path) < 0) {
        int why = errno;
        file_remove_tree(temp);
        if (why != EEXIST && why != ENOTEMPTY)
            return error_set(err, "rename %s to %s: %s", temp, path, strerror(why));
        if (look(path, hash, err) != STANDS)
            return error_is_set(err) ? false : error_set(err, "%s: it vanished", path);
    }
    *ret_path = take(path);
    return true;
}

static bool write_new(
    const struct tree *tree, const char *parent, char **ret_path, struct error *err)
{
    char hash[HASH_HEX + 1];
    cleanup_free char *temp = mem_printf("%s/" TEMPORARY "XXXXXX", parent);

    if (!mkdtemp(temp))
        return error_set(err, "make a directory in %s: %s", parent, strerror(errno));
    if (tree_copy(tree, temp, hash, err))
        return place(temp, parent, hash, ret_path, err);
    file_remove_tree(temp);
    return false;
}

bool merged_dir_write(
    const struct ccpod_home *home, const struct resolved *r, char **ret_path, struct error *err)
{
    char hash[HASH_HEX + 1];
    cleanup_free char *parent = home_merged_dir(home);
    cleanup_free char *settings = json_dumps(r->settings, JSON_INDENT(2) | JSON_SORT_KEYS);
    const struct tree tree = {.dir = r->profile.config.path,
        .shadowed = &r->shadowed,
        .settings = settings,
        .claude_md = r->claude_md,
        .is_source = true};
    static const char doing[] = "write the merged config dir";

    if (!home_make(home, parent, err))
        return error_wrap(err, doing);
    cleanup_close int lock = open(parent, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (lock >= 0)
        (void)flock(lock, LOCK_SH);
    if (!tree_hash(&tree, hash, err))
        return error_wrap(err, doing);
    cleanup_free char *path = path_join(parent, hash);
    switch (look(path, hash, err)) {
    case STANDS:
        *ret_path = take(path);
        return true;
    case STANDS_NOT:
        return write_new(&tree, parent, ret_path, err) || error_wrap(err, doing);
    case STANDS_WRONG:
        break;
    }
    return error_wrap(err, doing);
}

/* Is it old, and in nobody's use? Temporary ones are in use while they are new. */
static bool is_unused(const char *path, const struct strv *used, time_t since)
{
    struct stat st;
    return !strv_has(used, path) && lstat(path, &st) == 0 && st.st_mtime < since;
}

/* Removes those whose names were taken away, by this sweep or by one that did not get to the end.
 */
static void remove_unused(DIR *dir, const char *parent)
{
    const struct dirent *e;
    rewinddir(dir);
    while ((e = readdir(dir))) {
        cleanup_free char *path = path_join(parent, e->d_name);
        if (text_starts(e->d_name, UNUSED))
            file_remove_tree(path);
    }
}

void merged_dir_sweep(
    const struct ccpod_home *home, const struct strv *used, long long keep_seconds)
{
    cleanup_free char *parent = home_merged_dir(home);
    DIR *dir = opendir(parent);
    const struct dirent *e;
    bool any = false;

    bool locked = dir && flock(dirfd(dir), LOCK_EX | LOCK_NB) == 0;
    while (locked && (e = readdir(dir))) {
        cleanup_free char *path = path_join(parent, e->d_name);
        cleanup_free char *aside = mem_printf("%s/" UNUSED "%s", parent, e->d_name);
        if (strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0)
            continue;
        if (text_starts(e->d_name, UNUSED))
            any = true;
        else if (is_unused(path, used, time(NULL) - keep_seconds))
            any = rename(path, aside) == 0 || any;
    }
    if (!dir)
        return;
    (void)flock(dirfd(dir), LOCK_UN);
    if (any)
        remove_unused(dir, parent);
    closedir(dir);
}
