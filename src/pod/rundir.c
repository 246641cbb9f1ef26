/* rundir.c - see rundir.h. */
#include "pod/rundir.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/guest_abi.h"
#include "base/hash.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/path.h"
#include "base/str.h"

void rundir_plan(struct rundir *r, const struct ccpod_home *home)
{
    run_id_make(r->id);
    r->dir = home_run_dir(home, r->id);
    r->in = path_join(r->dir, "in");
    r->out = path_join(r->dir, "out");
}

/* A note beside in/ and out/. */
static bool write_note(
    const struct rundir *r, const char *name, const char *text, struct error *err)
{
    cleanup_free char *path = path_join(r->dir, name);
    return file_create(path, text, strlen(text), 0600, err);
}

static bool read_note(const struct rundir *r, const char *name, struct str *ret)
{
    cleanup_error struct error ignored = {0};
    cleanup_free char *path = path_join(r->dir, name);
    return file_read(path, FILE_NO_LINKS, ret, &ignored);
}

static bool sign(const struct rundir *r, const char *signature, struct error *err)
{
    cleanup_free char *path = path_join(r->dir, RUNDIR_SIGNATURE);
    return file_renew(path, signature, strlen(signature), 0600, err);
}

static bool make_dir(const char *dir, struct error *err)
{
    return mkdir(dir, 0700) == 0 ||
           error_set(err, "make the run directory %s: %s", dir, strerror(errno));
}

bool rundir_make(struct rundir *r, const struct ccpod_home *home, const char *signature,
    const char *profile, const char *merged_dir, struct error *err)
{
    cleanup_free char *parent = home_runs_dir(home);
    if (!home_make(home, parent, err))
        return false;
    rundir_plan(r, home);
    return make_dir(r->dir, err) && sign(r, signature, err) && make_dir(r->in, err) &&
           make_dir(r->out, err) && write_note(r, "profile", profile, err) &&
           write_note(r, "config", merged_dir, err) && write_note(r, "empty", "", err);
}

char *rundir_profile(const struct rundir *r)
{
    cleanup_str struct str name = STR(LIMIT_FOREIGN_TEXT);
    return read_note(r, "profile", &name) && name.len ? mem_strdup(name.s) : NULL;
}

/* "HASH WORKSPACE" */
bool rundir_note_project(
    const struct rundir *r, const char *hash, const char *workspace, struct error *err)
{
    cleanup_free char *text = mem_printf("%s %s", hash, workspace);
    cleanup_free char *path = path_join(r->dir, "project");
    return file_renew(path, text, strlen(text), 0600, err);
}

bool rundir_project(const struct rundir *r, char **ret_hash, char **ret_workspace)
{
    cleanup_str struct str text = STR(HASH_SHORT + 1 + LIMIT_PATH);
    const char *space = read_note(r, "project", &text) ? strchr(text.s, ' ') : NULL;
    if (!space)
        return false;
    *ret_hash = mem_strndup(text.s, (size_t)(space - text.s));
    *ret_workspace = mem_strdup(space + 1);
    return true;
}

static bool is_of_profile(const struct rundir *r, const char *profile)
{
    cleanup_free char *name = rundir_profile(r);
    return !profile || (name && strcmp(name, profile) == 0);
}

void rundir_each(const struct ccpod_home *home, const char *profile,
    void (*each)(const struct rundir *, void *user), void *user)
{
    cleanup_free char *runs = home_runs_dir(home);
    DIR *dir = opendir(runs);
    const struct dirent *e;
    while (dir && (e = readdir(dir))) {
        struct rundir r = {0};
        if (!run_id_is_valid(e->d_name))
            continue;
        cleanup_free char *out = mem_printf("%s/%s/out", runs, e->d_name);
        rundir_adopt(&r, out);
        if (is_of_profile(&r, profile))
            each(&r, user);
        rundir_release(&r);
    }
    if (dir)
        closedir(dir);
}

static void add_config(const struct rundir *r, void *user)
{
    cleanup_str struct str path = STR(LIMIT_PATH);
    if (read_note(r, "config", &path))
        strv_add(user, path.s);
}

void rundir_configs(const struct ccpod_home *home, struct strv *ret)
{
    rundir_each(home, NULL, add_config, ret);
}

void rundir_adopt(struct rundir *r, const char *out_dir)
{
    r->dir = path_dir(out_dir);
    r->in = path_join(r->dir, "in");
    r->out = mem_strdup(out_dir);
    snprintf(r->id, sizeof r->id, "%s", path_base(r->dir));
}

/* NAME=VALUE, each ended by a NUL byte. */
static bool write_map(
    const struct rundir *r, const char *file, const struct map *map, struct error *err)
{
    cleanup_str struct str text = STR(LIMIT_SECRETS);
    cleanup_free char *path = path_join(r->in, file);

    map_foreach (e, map) {
        str_addf(&text, "%s=%s", e->key, e->value);
        str_addc(&text, '\0');
    }
    if (text.full)
        return error_set(err, "the %s for the container are larger than %zu bytes", file, text.max);
    bool ok = file_create(path, text.s, text.len, 0600, err);
    mem_wipe(text.s, text.len);
    return ok;
}

bool rundir_write_secrets(const struct rundir *r, const struct map *secrets, struct error *err)
{
    return write_map(r, GUEST_IN_SECRETS, secrets, err);
}

bool rundir_write_git(const struct rundir *r, const struct map *user, struct error *err)
{
    return write_map(r, GUEST_IN_GIT, user, err);
}

void rundir_forget_secrets(const struct rundir *r)
{
    if (!r->in)
        return;
    cleanup_free char *path = path_join(r->in, GUEST_IN_SECRETS);
    if (unlink(path) < 0 && errno != ENOENT)
        log_warn("remove %s: %s", path, strerror(errno));
}

void rundir_take_back(const struct rundir *r)
{
    if (r->in && !file_remove_tree(r->in))
        log_warn("remove %s: %s", r->in, strerror(errno));
}

bool rundir_sign_anew(const struct rundir *r, const char *signature, struct error *err)
{
    return (file_exists(r->dir) || make_dir(r->dir, err)) && sign(r, signature, err);
}

bool rundir_has_mark(const struct rundir *r, const char *mark)
{
    struct stat st;
    cleanup_free char *path = path_join(r->out, mark);
    return lstat(path, &st) == 0 && S_ISREG(st.st_mode);
}

void rundir_remove_dir(const char *dir)
{
    cleanup_free char *in = path_join(dir, "in");
    if (!file_remove_tree(in) || !file_remove_tree(dir))
        log_warn("remove %s: %s", dir, strerror(errno));
}

void rundir_remove(struct rundir *r)
{
    if (r->dir)
        rundir_remove_dir(r->dir);
}

void rundir_release(struct rundir *r)
{
    free(r->dir);
    free(r->in);
    free(r->out);
    *r = (struct rundir){0};
}
