/* project.c - see project.h. */
#include "config/project.h"

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

#define FILE_NAME ".ccpod.yml"

bool project_parse(
    const char *text, size_t n, const char *file, struct project *ret, struct error *err)
{
    cleanup_diag struct diag diag;
    struct schema schema;

    ret->file = mem_strdup(file);
    ret->text = mem_strndup(text, n);
    diag_init(&diag, file);
    schema_init(&schema, &diag, LEVEL_PROJECT);
    schema.others = profile_settings;
    if (yaml_parse(text, n, &ret->root, &diag))
        schema_read(&schema, project_settings, &ret->root, ret);
    schema_release(&schema);
    return diag_error(&diag, err);
}

/* The nearest directory at or above `start` with something called .ccpod.yml in it. */
static char *find_upwards(const char *start)
{
    struct stat st;
    char *dir = mem_strdup(start);
    for (;;) {
        cleanup_free char *file = path_join(dir, FILE_NAME);
        if (lstat(file, &st) == 0)
            return dir;
        if (strcmp(dir, "/") == 0) {
            free(dir);
            return mem_strdup(start);
        }
        char *parent = path_dir(dir);
        free(dir);
        dir = parent;
    }
}

/* A directory that everything else lies in is no project: mounted, it would hand all of it over. */
static bool check_place(const struct ccpod_home *home, const char *dir, struct error *err)
{
    cleanup_error struct error ignored = {0};
    cleanup_free char *home_dir = path_home();
    cleanup_free char *real_home = path_real(home_dir, &ignored);
    const char *why = NULL;

    if (strcmp(dir, "/") == 0)
        why = "it is the root directory";
    else if (real_home && strcmp(dir, real_home) == 0)
        why = "it is your home directory";
    else if (path_beneath(home->dir, dir))
        why = "it contains ccpod's own files";
    else if (path_beneath(dir, home->dir))
        why = "it lies in ccpod's own directory";
    if (!why)
        return true;
    error_set(err, "%s cannot be a project: %s", dir, why);
    return error_hint(err, "Go to the project's directory (or use -C DIR); --here insists.");
}

static bool check_owner(const char *path, uid_t uid, struct error *err)
{
    if (uid == geteuid() || uid == 0)
        return true;
    error_set(err, "%s belongs to another user (uid %u)", path, (unsigned)uid);
    return error_hint(err, "ccpod reads only what you or root have put there: a " FILE_NAME
                           " decides what is started.");
}

static bool read_file(struct project *project, struct error *err)
{
    struct stat dir_stat, file_stat;
    cleanup_str struct str text = STR(LIMIT_CONFIG_FILE);
    cleanup_free char *file = path_join(project->dir, FILE_NAME);

    switch (inside_read(project->dir, FILE_NAME, NULL, &text, &file_stat, err)) {
    case INSIDE_MISSING:
        return true;
    case INSIDE_FAILED:
        return false;
    case INSIDE_FOUND:
    case INSIDE_MASKED:
        break;
    }
    if (stat(project->dir, &dir_stat) < 0)
        return error_set(err, "%s: %s", project->dir, strerror(errno));
    project->executable = file_stat.st_mode & 0111;
    return check_owner(project->dir, dir_stat.st_uid, err) &&
           check_owner(file, file_stat.st_uid, err) &&
           project_parse(text.s, text.len, file, project, err);
}

char *project_find(const struct ccpod_home *home, const char *start, bool here, struct error *err)
{
    struct stat st;
    cleanup_free char *real = path_real(start, err);

    if (!real) {
        error_wrap(err, "find the project");
        return NULL;
    }
    if (stat(real, &st) < 0 || !S_ISDIR(st.st_mode)) {
        error_set(err, "find the project: %s: not a directory", real);
        return NULL;
    }
    cleanup_free char *dir = here ? take(real) : find_upwards(real);
    bool fits =
        json_check_text(dir, "find the project:", err) && (here || check_place(home, dir, err));
    return fits ? take(dir) : NULL;
}

bool project_read(const struct ccpod_home *home, const char *start, bool here, struct project *ret,
    struct error *err)
{
    struct project project = {0};

    schema_defaults(project_settings, &project);
    project.dir = project_find(home, start, here, err);
    if (!project.dir || !read_file(&project, err)) {
        project_release(&project);
        return false;
    }
    *ret = project;
    return true;
}

const char *project_profile(const struct project *project, const char *given)
{
    return given ? given : project->profile ? project->profile : "default";
}

bool project_profile_read(const struct project *project, const struct ccpod_home *home,
    const char *given, struct profile *ret, struct error *err)
{
    const char *name = project_profile(project, given);
    const struct node *node = node_get(&project->root, "profile");

    if (profile_read(home, name, ret, err))
        return true;
    if (given || !project->profile || !node || !profile_is_missing(home, name))
        return false;
    return error_wrap(err, "%s:%d:%d: profile", project->file, node->at.line, node->at.column);
}

void project_release(struct project *p)
{
    free(p->dir);
    free(p->file);
    free(p->text);
    node_release(&p->root);
    free(p->profile);
    strv_release(&p->claude_args);
    strv_release(&p->init);
    strv_release(&p->network.allow);
    ports_release(&p->ports.list);
    services_release(&p->services);
    strv_release(&p->env);
    strv_release(&p->plugins);
    bridge_map_release(&p->bridge);
    free(p->workspace.target);
    strv_release(&p->workspace.mask);
    *p = (struct project){0};
}
