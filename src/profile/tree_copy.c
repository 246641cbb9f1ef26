/* tree_copy.c - see tree_copy.h. One walk does both; a file is opened relative to its directory
 * and read once. */
#include "profile/tree_copy.h"

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
#include "config/tree.h"

enum { DEPTH = 32 };

struct walk {
    const struct tree *tree;
    struct hash *hash;
    struct str path; /* of what is being read, relative to the tree */
    size_t files;    /* so far */
    size_t bytes;
    char *buffer;
    struct error *err;
};

static bool failed(struct walk *w, const char *doing)
{
    return error_set(w->err, "%s %s/%s: %s", doing, w->tree->dir, w->path.s, strerror(errno));
}

/* A file in the hash: path and mode, content, and the lengths of path and content. */
static void begin_file(struct walk *w, bool executable)
{
    hash_add(w->hash, w->path.s, w->path.len + 1);
    hash_add(w->hash, executable ? "x" : "f", 1);
}

static void end_file(struct walk *w, size_t n)
{
    size_t lengths[] = {w->path.len, n};
    hash_add(w->hash, lengths, sizeof lengths);
}

static int create(struct walk *w, int out, const char *name, bool executable)
{
    int fd = openat(
        out, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, executable ? 0700 : 0600);
    if (fd < 0)
        failed(w, "copy");
    return fd;
}

static bool add_text(struct walk *w, int out, const char *name, const char *text)
{
    size_t n = strlen(text);
    begin_file(w, false);
    hash_add(w->hash, text, n);
    end_file(w, n);
    if (out < 0)
        return true;
    cleanup_close int fd = create(w, out, name, false);
    return fd >= 0 && (file_write_all(fd, text, n) || failed(w, "write"));
}

static bool spend(struct walk *w, size_t bytes)
{
    w->bytes += bytes;
    if (++w->files <= LIMIT_TREE_FILES && w->bytes <= LIMIT_TREE_BYTES)
        return true;
    error_set(w->err, "%s: more than %d files, or %d MiB", w->tree->dir, LIMIT_TREE_FILES,
        LIMIT_TREE_BYTES / MIB);
    return error_hint(w->err, "Is that a Claude config tree (settings.json, CLAUDE.md, skills/)?");
}

static bool copy_content(struct walk *w, int in, int to, size_t size)
{
    size_t total = 0;
    ssize_t n = 0;

    /* Where a read ends at the size that was told there is no need to ask for the end. */
    do {
        n = read(in, w->buffer, LIMIT_READ_CHUNK);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return failed(w, "read");
        hash_add(w->hash, w->buffer, (size_t)n);
        total += (size_t)n;
        if (to >= 0 && !file_write_all(to, w->buffer, (size_t)n))
            return failed(w, "write");
        if (total > LIMIT_TREE_BYTES)
            return spend(w, total);
    } while (n != 0 && total != size);
    end_file(w, total);
    return true;
}

static bool add_file(struct walk *w, int in, int out, const char *name)
{
    struct stat st;
    cleanup_close int to = -1;
    cleanup_close int fd = openat(in, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);

    if (fd < 0)
        return errno == ENOENT || errno == ELOOP || failed(w, "read");
    if (fstat(fd, &st) < 0)
        return failed(w, "read");
    if (!S_ISREG(st.st_mode))
        return true;
    bool executable = st.st_mode & 0100;
    if (!spend(w, (size_t)st.st_size))
        return false;
    begin_file(w, executable);
    if (out >= 0 && (to = create(w, out, name, executable)) < 0)
        return false;
    return copy_content(w, fd, to, (size_t)st.st_size);
}

static bool add_dir(struct walk *, int in, int out, int depth);

static bool add_subdir(struct walk *w, int in, int out, const char *name, int depth)
{
    cleanup_close int to = -1;
    int fd = openat(in, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

    if (fd < 0)
        return errno == ENOENT || errno == ELOOP || errno == ENOTDIR || failed(w, "read");
    if (depth == DEPTH) {
        close(fd);
        return error_set(
            w->err, "%s/%s: nested deeper than %d levels", w->tree->dir, w->path.s, DEPTH);
    }
    if (out >= 0) {
        if (mkdirat(out, name, 0700) < 0 ||
            (to = openat(out, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)) < 0) {
            close(fd);
            return failed(w, "copy");
        }
    }
    if (!add_dir(w, fd, to, depth + 1))
        return false;
    if (out >= 0)
        unlinkat(out, name, AT_REMOVEDIR); /* one without files; others stay */
    return true;
}

struct entry {
    char *name;
    bool is_dir;
    const char *text; /* stands for the file's content; NULL: read it */
};

struct entries {
    struct entry *items;
    size_t n;
};

static void push(struct entries *list, const char *name, bool is_dir, const char *text)
{
    if ((list->n & (list->n - 1)) == 0) /* full at each power of two */
        list->items = mem_resize(list->items, list->n ? 2 * list->n : 1, sizeof *list->items);
    list->items[list->n++] = (struct entry){mem_strdup(name), is_dir, text};
}

static void entries_release(struct entries *list)
{
    for (size_t i = 0; i < list->n; i++)
        free(list->items[i].name);
    free(list->items);
}

static int by_name(const void *a, const void *b)
{
    return strcmp(((const struct entry *)a)->name, ((const struct entry *)b)->name);
}

/* Neither "." and ".." nor what is left out of a source. */
static bool is_wanted(const struct walk *w, const char *name, bool at_top)
{
    const struct tree *tree = w->tree;
    if (strcmp(name, ".") == 0 || strcmp(name, "..") == 0)
        return false;
    if (!tree->is_source)
        return true;
    return !tree_is_excluded(name, at_top) &&
           !(at_top && (strcmp(name, "settings.json") == 0 || strcmp(name, "CLAUDE.md") == 0));
}

/* The file system need not tell the kind with the name. */
static unsigned char kind_of(DIR *dir, const struct dirent *e)
{
    struct stat st;
    if (e->d_type != DT_UNKNOWN)
        return e->d_type;
    if (fstatat(dirfd(dir), e->d_name, &st, AT_SYMLINK_NOFOLLOW) < 0)
        return DT_UNKNOWN;
    return S_ISDIR(st.st_mode) ? DT_DIR : S_ISREG(st.st_mode) ? DT_REG : DT_UNKNOWN;
}

static void list_dir(struct walk *w, DIR *dir, bool at_top, struct entries *ret)
{
    const struct dirent *e;
    const struct tree *tree = w->tree;

    while (dir && (e = readdir(dir))) {
        unsigned char kind = is_wanted(w, e->d_name, at_top) ? kind_of(dir, e) : DT_UNKNOWN;
        if (kind == DT_REG || kind == DT_DIR)
            push(ret, e->d_name, kind == DT_DIR, NULL);
    }
    if (at_top && tree->is_source) {
        push(ret, "settings.json", false, tree->settings);
        if (*tree->claude_md)
            push(ret, "CLAUDE.md", false, tree->claude_md);
    }
    if (ret->n)
        qsort(ret->items, ret->n, sizeof *ret->items, by_name);
}

static bool add_entry(struct walk *w, int in, int out, const struct entry *e, int depth)
{
    if (e->text)
        return add_text(w, out, e->name, e->text);
    if (e->is_dir)
        return add_subdir(w, in, out, e->name, depth);
    if (w->tree->shadowed && strv_has(w->tree->shadowed, w->path.s))
        return true;
    return add_file(w, in, out, e->name);
}

/* Everything in the directory `in`, which is taken over and closed; -1: there is none. */
static bool add_dir(struct walk *w, int in, int out, int depth)
{
    struct entries entries = {0};
    DIR *dir = in >= 0 ? fdopendir(in) : NULL;
    bool ok = true;

    if (in >= 0 && !dir) {
        close(in);
        return failed(w, "read");
    }
    list_dir(w, dir, depth == 0, &entries);
    for (size_t i = 0; ok && i < entries.n; i++) {
        size_t mark = w->path.len;
        ok = str_addf(&w->path, "%s%s", mark ? "/" : "", entries.items[i].name) ||
             error_set(w->err, "%s/%s: a path that is too long", w->tree->dir, w->path.s);
        ok = ok && add_entry(w, in, out, &entries.items[i], depth);
        str_cut(&w->path, mark, w->path.len - mark);
    }
    entries_release(&entries);
    if (dir)
        closedir(dir);
    return ok;
}

static bool run(const struct tree *tree, int out, char ret[static HASH_HEX + 1], struct error *err)
{
    struct walk w = {.tree = tree,
        .hash = hash_begin(),
        .path = STR(LIMIT_PATH),
        .buffer = mem_alloc(LIMIT_READ_CHUNK),
        .err = err};
    int in = open(tree->dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    bool ok = (in >= 0 || errno == ENOENT || failed(&w, "read")) && add_dir(&w, in, out, 0);

    hash_end(w.hash, ret);
    str_release(&w.path);
    free(w.buffer);
    return ok;
}

bool tree_hash(const struct tree *tree, char ret[static HASH_HEX + 1], struct error *err)
{
    return run(tree, -1, ret, err);
}

bool tree_copy(
    const struct tree *tree, const char *to, char ret[static HASH_HEX + 1], struct error *err)
{
    cleanup_close int out = open(to, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (out < 0)
        return error_set(err, "%s: %s", to, strerror(errno));
    return run(tree, out, ret, err);
}
