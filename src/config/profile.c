/* profile.c - see profile.h. */
#include "config/profile.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/limits.h"
#include "base/mem.h"
#include "base/path.h"
#include "config/names.h"
#include "config/values.h"

/* A path of the profile: ~ in place, relative to its directory. */
static void locate(char **path, const char *dir)
{
    if (!*path)
        return;
    cleanup_free char *expanded = path_expand(*path);
    free(*path);
    *path = path_join(dir, expanded);
}

static char *replace_profile_dir(const char *text, const char *dir)
{
    static const char mark[] = "{{profile_dir}}";
    struct str out = STR(LIMIT_CONFIG_FILE);
    const char *at;
    for (; (at = strstr(text, mark)); text = at + sizeof mark - 1) {
        str_add(&out, text, (size_t)(at - text));
        str_addz(&out, dir);
    }
    str_addz(&out, text);
    return str_take(&out);
}

static void locate_all(const struct ccpod_home *home, struct profile *p)
{
    if (p->config.kind == SOURCE_GIT || !p->config.path) {
        free(p->config.path);
        p->config.path = path_join(p->dir, "config");
    }
    locate(&p->config.path, p->dir);
    if (p->image.dockerfile) {
        cleanup_free char *expanded = path_expand(p->image.dockerfile);
        free(p->image.dockerfile);
        p->image.dockerfile = replace_profile_dir(expanded, p->dir);
    }
    if (p->auth.key_file) {
        cleanup_free char *inner = mem_strdup(p->auth.key_file + strlen("~/.ccpod/"));
        free(p->auth.key_file);
        p->auth.key_file = path_join(home->dir, inner);
    }
    for (size_t i = 0; i < p->ca_certificates.n; i++)
        locate(&p->ca_certificates.v[i], p->dir);
    for (size_t i = 0; i < p->mounts.n; i++)
        locate(&p->mounts.items[i].source, p->dir);
}

/* What one row of the table cannot see. */
static void check_together(const struct profile *p, const struct node *root, struct diag *diag)
{
    const struct node *config = node_get(root, "config");
    const struct node *image = node_get(root, "image");

    if (p->config.kind == SOURCE_GIT && !p->config.repo)
        diag_add(diag, config->at, "config.repo", "is missing: source git needs a repository");
    if (strcmp(p->image.use, "build") == 0 && !p->image.dockerfile)
        diag_add(diag, image->at, "image.dockerfile", "is missing: use build needs a Dockerfile");
}

bool profile_parse(const struct ccpod_home *home, const char *text, size_t n, const char *file,
    const char *dir, struct profile *ret, struct error *err)
{
    cleanup_diag struct diag diag;
    struct schema schema;

    *ret = (struct profile){.file = mem_strdup(file), .dir = mem_strdup(dir)};
    diag_init(&diag, file);
    schema_init(&schema, &diag, LEVEL_PROFILE);
    if (yaml_parse(text, n, &ret->root, &diag)) {
        schema_read(&schema, profile_settings, &ret->root, ret);
        if (!diag.n)
            check_together(ret, &ret->root, &diag);
    }
    schema_release(&schema);
    if (!diag_error(&diag, err)) {
        profile_release(ret);
        return false;
    }
    locate_all(home, ret);
    return true;
}

static int by_text(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

void profile_names(const struct ccpod_home *home, struct strv *ret)
{
    cleanup_free char *path = home_profiles_dir(home);
    DIR *dir = opendir(path);
    const struct dirent *e;

    if (!dir)
        return;
    while ((e = readdir(dir))) {
        cleanup_free char *file = mem_printf("%s/%s/profile.yml", path, e->d_name);
        if (value_is_profile_name(e->d_name) && file_exists(file))
            strv_add(ret, e->d_name);
    }
    closedir(dir);
    if (ret->n)
        qsort(ret->v, ret->n, sizeof *ret->v, by_text);
}

static bool missing(const struct ccpod_home *home, const char *name, struct error *err)
{
    cleanup_strv struct strv names = {0};
    cleanup_str struct str list = STR(LIMIT_MESSAGE / 2);
    profile_names(home, &names);
    for (size_t i = 0; i < names.n; i++)
        str_addf(&list, "%s%s", i ? ", " : "", names.v[i]);
    error_set(err, "there is no profile %s; there %s %s", name, names.n == 1 ? "is" : "are",
        names.n ? list.s : "none at all");
    const char *near = nearest_text(name, &names);
    if (near)
        return error_hint(err, "Did you mean %s?", near);
    cleanup_free char *file = home_profile_file(home, name);
    return error_hint(err, "write %s; ccpod.yml(5) describes it, README shows one", file);
}

bool profile_is_missing(const struct ccpod_home *home, const char *name)
{
    cleanup_free char *file = home_profile_file(home, name);
    return access(file, F_OK) < 0 && (errno == ENOENT || errno == ENOTDIR);
}

bool profile_read(
    const struct ccpod_home *home, const char *name, struct profile *ret, struct error *err)
{
    cleanup_free char *file = home_profile_file(home, name);
    cleanup_free char *dir = home_profile_dir(home, name);
    cleanup_str struct str text = STR(LIMIT_CONFIG_FILE);

    if (!profile_name_check(name, err))
        return false;
    if (profile_is_missing(home, name))
        return missing(home, name, err);
    return file_read(file, FILE_FOLLOW, &text, err) &&
           profile_parse(home, text.s, text.len, file, dir, ret, err);
}

void mounts_release(struct mounts *mounts)
{
    for (size_t i = 0; i < mounts->n; i++) {
        free(mounts->items[i].source);
        free(mounts->items[i].target);
    }
    free(mounts->items);
    *mounts = (struct mounts){0};
}

void profile_release(struct profile *p)
{
    free(p->file);
    free(p->dir);
    node_release(&p->root);
    free(p->name);
    free(p->description);
    free(p->config.path);
    free(p->config.repo);
    free(p->config.ref);
    free(p->image.use);
    free(p->image.dockerfile);
    free(p->auth.key_env);
    free(p->auth.key_file);
    strv_release(&p->claude_args);
    strv_release(&p->plugins);
    strv_release(&p->network.allow);
    ports_release(&p->ports.list);
    services_release(&p->services);
    strv_release(&p->env);
    strv_release(&p->init);
    strv_release(&p->ca_certificates);
    free(p->workspace.target);
    strv_release(&p->workspace.mask);
    mounts_release(&p->mounts);
    bridge_map_release(&p->bridge);
    *p = (struct profile){0};
}
