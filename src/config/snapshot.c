/* snapshot.c - see snapshot.h: reading and hashing; what it means is said in wants.c. */
#include "config/snapshot.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/json.h"
#include "base/limits.h"
#include "base/mem.h"
#include "base/path.h"
#include "config/inside.h"
#include "config/snapshot_int.h"
#include "config/tree.h"
#include "config/wants.h"

enum { DEPTH = 16 };

void snapshot_add(struct reading *r, const char *path, char what, const void *bytes, size_t n)
{
    hash_add(r->hash, path, strlen(path) + 1);
    hash_add(r->hash, &what, 1);
    hash_add(r->hash, &n, sizeof n);
    hash_add(r->hash, bytes, n);
}

bool snapshot_too_much(struct reading *r, const char *what, int most)
{
    error_set(
        r->err, "%s: .claude/ and what it names are more than %d %s", r->project->dir, most, what);
    return error_hint(r->err, "`isolation: true` in the profile ignores what a project says.");
}

static bool spend(struct reading *r)
{
    return r->files-- || snapshot_too_much(r, "files", LIMIT_TRUST_FILES);
}

enum inside snapshot_file(struct reading *r, const char *path, struct str *ret)
{
    struct stat st;
    cleanup_error struct error err = {0};
    if (!spend(r))
        return INSIDE_FAILED;
    ret->max = r->bytes;
    enum inside found = inside_read(r->project->dir, path, r->masks, ret, &st, &err);
    if (found == INSIDE_FAILED && ret->full)
        error_set(&err, "more than %d MiB", LIMIT_TRUST_BYTES / MIB);
    if (found == INSIDE_FAILED)
        error_move(r->err, &err);
    if (found == INSIDE_FAILED || found == INSIDE_MISSING)
        return found;
    r->bytes -= ret->len;
    snapshot_add(r, path, st.st_mode & 0111 ? 'x' : 'f', ret->s, ret->len);
    return found;
}

static int by_name(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static void list_dir(const char *path, bool at_top, struct strv *ret)
{
    DIR *dir = opendir(path);
    const struct dirent *e;
    while (dir && (e = readdir(dir)))
        if (strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0 &&
            !tree_is_excluded(e->d_name, at_top))
            strv_add(ret, e->d_name);
    if (dir)
        closedir(dir);
    if (ret->n)
        qsort(ret->v, ret->n, sizeof *ret->v, by_name);
}

static bool walk(struct reading *, const char *path, int depth);

/* A link: its text counts, and what it leads to if that lies in the project; what lies outside
 * does not exist in the container. */
static bool walk_link(struct reading *r, const char *path, int depth)
{
    char target[LIMIT_PATH];
    struct stat st;
    cleanup_free char *full = path_join(r->project->dir, path);
    cleanup_free char *real = realpath(full, NULL);
    cleanup_str struct str content = STR(0);
    ssize_t n = readlink(full, target, sizeof target);

    snapshot_add(r, path, 'l', target, n > 0 ? (size_t)n : 0);
    if (!real || !path_beneath(real, r->project->dir) || stat(real, &st) < 0)
        return true;
    if (S_ISDIR(st.st_mode))
        return walk(r, path, depth + 1);
    if (!S_ISREG(st.st_mode))
        return true;
    strv_add(&r->snap->files, path + strlen(".claude/"));
    return snapshot_file(r, path, &content) != INSIDE_FAILED;
}

static bool walk_entry(struct reading *r, const char *path, int depth)
{
    struct stat st;
    cleanup_str struct str content = STR(0);
    cleanup_free char *full = path_join(r->project->dir, path);

    if (lstat(full, &st) < 0) /* what has too long a name here may have a shorter one inside */
        return errno == ENOENT || error_set(r->err, "read %s: %s", full, strerror(errno));
    if (S_ISLNK(st.st_mode))
        return spend(r) && walk_link(r, path, depth);
    if (S_ISDIR(st.st_mode))
        return walk(r, path, depth + 1);
    if (!S_ISREG(st.st_mode)) {
        snapshot_add(r, path, 'o', "", 0);
        return spend(r);
    }
    strv_add(&r->snap->files, path + strlen(".claude/"));
    return snapshot_file(r, path, &content) != INSIDE_FAILED;
}

static bool walk_dir(struct reading *r, const char *path, int depth)
{
    cleanup_strv struct strv names = {0};
    cleanup_free char *full = path_join(r->project->dir, path);

    list_dir(full, depth == 0, &names);
    for (size_t i = 0; i < names.n; i++) {
        cleanup_free char *entry = path_join(path, names.v[i]);
        if (!walk_entry(r, entry, depth))
            return false;
    }
    return true;
}

/* A link may lead back to where the walk comes from, whose files are being taken already: it is
 * one more name for them, and its end. Not so at the top, where some are left out. */
static bool walk(struct reading *r, const char *path, int depth)
{
    cleanup_free char *full = path_join(r->project->dir, path);
    cleanup_free char *real = realpath(full, NULL);

    if (!spend(r))
        return false;
    if (depth == 0 || !real)
        return walk_dir(r, path, depth);
    if (strv_has(&r->within, real)) {
        strv_add(&r->snap->files, path + strlen(".claude/"));
        return true;
    }
    if (depth > DEPTH)
        return snapshot_too_much(r, "levels", DEPTH);
    strv_add(&r->within, real);
    if (!walk_dir(r, path, depth))
        return false;
    free(r->within.v[--r->within.n]);
    r->within.v[r->within.n] = NULL;
    return true;
}

/* Reads one of the files that are used, not only hashed; false on trouble. A NUL byte would end
 * the text before its end: it becomes another byte that JSON does not take. */
static bool read_text(struct reading *r, const char *path, char **ret, bool *ret_masked)
{
    cleanup_str struct str text = STR(0);
    enum inside found = snapshot_file(r, path, &text);
    bool there = found == INSIDE_FOUND || found == INSIDE_MASKED;
    if (there && text.len > LIMIT_JSON_FILE)
        return error_set(
            r->err, "read %s/%s: larger than %d bytes", r->project->dir, path, LIMIT_JSON_FILE);
    for (size_t i = 0; i < text.len; i++)
        if (!text.s[i])
            text.s[i] = '\1';
    if (there)
        *ret = str_take(&text);
    *ret_masked = found == INSIDE_MASKED;
    return found != INSIDE_FAILED;
}

/* A document that must be an object; NULL: it is not understood, which is noted. */
static json_t *parse(struct reading *r, const char *kind, const char *path, const char *text)
{
    cleanup_error struct error err = {0};
    json_t *json = json_parse(text, strlen(text), path, &err);
    if (json_is_object(json))
        return json;
    free(r->snap->unread);
    r->snap->unread = json ? mem_printf("%s: not an object", path) : mem_strdup(err.text);
    strv_addf(&r->snap->wants, "%s: %s cannot be read", kind, path);
    /* Not the hash that an older ccpod has remembered, which did not look at this. */
    snapshot_add(r, path, '?', "", 0);
    json_decref(json);
    return NULL;
}

static bool read_json(
    struct reading *r, const char *path, json_t **ret, bool *ret_masked, struct strv *warnings)
{
    cleanup_free char *text = NULL;
    if (!read_text(r, path, &text, ret_masked))
        return false;
    if (!text)
        return true;
    *ret = parse(r, "setting", path, text);
    if (!*ret)
        strv_addf(warnings, "%s: not read", r->snap->unread);
    return true;
}

/* CLAUDE.md is text, not code: no part of the hash, so a change of it asks nothing. */
static bool read_claude_md(struct reading *r)
{
    static const char *const names[] = {"CLAUDE.md", ".claude/CLAUDE.md"};
    struct str all = STR(LIMIT_CLAUDE_MD);
    for (size_t i = 0; i < array_size(names); i++) {
        cleanup_str struct str text = STR(LIMIT_CLAUDE_MD);
        enum inside found = inside_read(r->project->dir, names[i], r->masks, &text, NULL, r->err);
        if (found == INSIDE_FAILED) {
            str_release(&all);
            return false;
        }
        if (found == INSIDE_MASKED)
            continue;
        if (all.len && text.len)
            str_addz(&all, "\n");
        str_addz(&all, text.s);
    }
    if (all.len)
        r->snap->claude_md = str_take(&all);
    return true;
}

static void forget_json(json_t **json, bool masked)
{
    if (!masked)
        return;
    json_decref(*json);
    *json = NULL;
}

static bool read_all(struct reading *r, struct strv *warnings)
{
    struct snapshot *snap = r->snap;
    bool mcp_masked, masked, local_masked;

    snapshot_add(r, ".ccpod.yml", r->project->executable ? 'x' : 'f',
        r->project->text ? r->project->text : "", r->project->text ? strlen(r->project->text) : 0);
    if (!read_claude_md(r) || !read_text(r, ".mcp.json", &snap->mcp, &mcp_masked) ||
        !read_json(r, ".claude/settings.json", &snap->settings, &masked, warnings) ||
        !read_json(
            r, ".claude/settings.local.json", &snap->local_settings, &local_masked, warnings) ||
        !walk(r, ".claude", 0))
        return false;
    cleanup_json json_t *mcp = snap->mcp ? parse(r, "MCP server", ".mcp.json", snap->mcp) : NULL;
    if (!snapshot_named(r, snap->settings) || !snapshot_named(r, snap->local_settings) ||
        !snapshot_named(r, mcp))
        return false;
    wants_list(r->project, snap, mcp, &snap->wants);
    forget_json(&snap->settings, masked);
    forget_json(&snap->local_settings, local_masked);
    if (mcp_masked) {
        free(snap->mcp);
        snap->mcp = NULL;
    }
    return true;
}

bool snapshot_read(const struct project *project, const struct masks *masks, struct snapshot *ret,
    struct strv *warnings, struct error *err)
{
    *ret = (struct snapshot){0};
    struct reading r = {.project = project,
        .masks = masks,
        .snap = ret,
        .hash = hash_begin(),
        .files = LIMIT_TRUST_FILES,
        .bytes = LIMIT_TRUST_BYTES,
        .words = LIMIT_TRUST_WORDS,
        .err = err};
    bool ok = read_all(&r, warnings);
    hash_end(r.hash, ret->hash);
    strv_release(&r.named);
    strv_release(&r.within);
    if (!ok)
        snapshot_release(ret);
    return ok;
}

void snapshot_release(struct snapshot *s)
{
    free(s->claude_md);
    json_decref(s->settings);
    json_decref(s->local_settings);
    free(s->mcp);
    strv_release(&s->files);
    strv_release(&s->wants);
    free(s->unread);
    *s = (struct snapshot){0};
}
