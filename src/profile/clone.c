/* clone.c - see clone.h. */
#include "profile/clone.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/file.h"
#include "base/limits.h"
#include "base/mem.h"
#include "base/path.h"

#define PREFIX ".ccpod-clone-"

enum { KEEP_SECONDS = 600 };

static char *lock_path(const struct profile *p)
{
    return path_join(p->dir, ".ccpod-sync-lock");
}

/* What a clone is of, as it stands in it. */
static char *source_text(const struct profile *p)
{
    return mem_printf("%s\n%s\n", p->config.repo, p->config.ref ? p->config.ref : "");
}

/* A small file of the clone or beside it; "" where it cannot be read. */
static char *small_file(const char *dir, const char *name)
{
    cleanup_error struct error ignored = {0};
    cleanup_free char *path = path_join(dir, name);
    struct str text = STR(LIMIT_PATH);
    if (!file_read(path, FILE_NO_LINKS, &text, &ignored))
        str_clear(&text);
    return str_take(&text);
}

/* A directory with something in it, and no .git, was put there by its owner. */
static bool is_foreign(const char *path)
{
    cleanup_free char *git = path_join(path, ".git");
    DIR *dir = file_exists(git) ? NULL : opendir(path);
    const struct dirent *e;
    bool foreign = false;
    while (dir && !foreign && (e = readdir(dir)))
        foreign = strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0;
    if (dir)
        closedir(dir);
    return foreign;
}

void clone_look(const struct profile *p, struct clone *ret)
{
    struct stat st;
    cleanup_free char *source = small_file(p->config.path, ".git/ccpod-source");
    cleanup_free char *head = small_file(p->config.path, ".git/HEAD");
    cleanup_free char *synced = small_file(p->dir, ".ccpod-sync-lock");
    cleanup_free char *wanted = source_text(p);
    size_t repo = strlen(p->config.repo) + 1;

    *ret = (struct clone){0};
    ret->exists = lstat(p->config.path, &st) == 0 && S_ISDIR(st.st_mode) && *source;
    ret->foreign = !ret->exists && is_foreign(p->config.path);
    ret->same_repo = strncmp(source, wanted, repo) == 0;
    ret->same_ref = strcmp(source, wanted) == 0;
    head[strcspn(head, "\n")] = '\0';
    size_t n = strspn(head, "0123456789abcdef");
    if (!head[n] && (n == 40 || n == 64))
        memcpy(ret->head, head, n + 1);
    synced[strcspn(synced, "\n")] = '\0';
    text_number(synced, 0, 1LL << 60, &ret->synced_ms);
}

static bool is_same_day(long long a_ms, long long b_ms)
{
    time_t a = (time_t)(a_ms / 1000), b = (time_t)(b_ms / 1000);
    struct tm x, y;
    return localtime_r(&a, &x) && localtime_r(&b, &y) && x.tm_year == y.tm_year &&
           x.tm_yday == y.tm_yday;
}

bool clone_is_due(const struct profile *p, const struct clone *clone, long long now_ms)
{
    if (!clone->exists || !clone->same_repo || !clone->same_ref)
        return true;
    switch (p->config.sync) {
    case SYNC_ALWAYS:
        return true;
    case SYNC_DAILY:
        return !is_same_day(clone->synced_ms, now_ms);
    case SYNC_PIN:
        break;
    }
    return false;
}

char *clone_make_temporary(const struct profile *p, struct error *err)
{
    char *path = mem_printf("%s/" PREFIX "XXXXXX", p->dir);
    if (mkdtemp(path))
        return path;
    error_set(err, "make a directory in %s: %s", p->dir, strerror(errno));
    free(path);
    return NULL;
}

/* Both names change hands in one step where the system can do that. */
static bool exchange(const char *a, const char *b)
{
#if defined(__APPLE__)
    return renamex_np(a, b, RENAME_SWAP) == 0;
#elif defined(RENAME_EXCHANGE)
    return renameat2(AT_FDCWD, a, AT_FDCWD, b, RENAME_EXCHANGE) == 0;
#else
    (void)a, (void)b;
    return false;
#endif
}

/* For a system or file system that cannot: two steps. */
static bool replace(const char *temporary, const char *place)
{
    cleanup_free char *aside = mem_printf("%s.old", temporary);
    return rename(place, aside) == 0 && rename(temporary, place) == 0;
}

bool clone_put(const struct profile *p, const char *temporary, struct error *err)
{
    cleanup_free char *mark = path_join(temporary, ".git/ccpod-source");
    cleanup_free char *source = source_text(p);
    const char *place = p->config.path;

    if (!file_replace(mark, source, strlen(source), 0600, err))
        return false;
    if (rename(temporary, place) == 0 || exchange(temporary, place) || replace(temporary, place)) {
        /* What stood there has the temporary name now, and its time to be removed begins. */
        utimensat(AT_FDCWD, temporary, NULL, AT_SYMLINK_NOFOLLOW);
        return true;
    }
    return error_set(err, "rename %s to %s: %s", temporary, place, strerror(errno));
}

bool clone_note(const struct profile *p, long long now_ms, struct error *err)
{
    cleanup_free char *path = lock_path(p);
    cleanup_free char *text = mem_printf("%lld\n", now_ms);
    return file_replace(path, text, strlen(text), 0600, err);
}

void clone_sweep(const struct profile *p)
{
    DIR *dir = opendir(p->dir);
    const struct dirent *e;
    while (dir && (e = readdir(dir))) {
        struct stat st;
        cleanup_free char *path = path_join(p->dir, e->d_name);
        if (text_starts(e->d_name, PREFIX) && lstat(path, &st) == 0 &&
            time(NULL) - st.st_mtime > KEEP_SECONDS)
            file_remove_tree(path);
    }
    if (dir)
        closedir(dir);
}
