/* trust.c - see trust.h. */
#include "config/trust.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/path.h"
#include "config/diag.h"
#include "config/services_check.h"

static char *project_dir(const struct ccpod_home *home, const char *project_hash)
{
    cleanup_free char *dir = home_trust_dir(home);
    return path_join(dir, project_hash);
}

/* Where an answer about this content is kept. */
static char *answer_path(
    const struct ccpod_home *home, const char *project_hash, const char *hash, bool yes)
{
    cleanup_free char *dir = project_dir(home, project_hash);
    return mem_printf("%s/%s%s", dir, hash, yes ? "" : ".no");
}

static bool has_answer(
    const struct ccpod_home *home, const char *project_hash, const char *hash, bool yes)
{
    cleanup_free char *path = answer_path(home, project_hash, hash, yes);
    return file_exists(path);
}

static bool keep_answer(const struct ccpod_home *home, const char *project_hash, const char *hash,
    bool yes, struct error *err)
{
    cleanup_free char *dir = project_dir(home, project_hash);
    cleanup_free char *path = answer_path(home, project_hash, hash, yes);
    return (home_make(home, dir, err) && file_replace(path, "", 0, 0600, err)) ||
           error_wrap(err, "remember whether the project is trusted");
}

bool trust_is_stored(const struct ccpod_home *home, const char *project_hash, const char *hash)
{
    return has_answer(home, project_hash, hash, true);
}

bool trust_store(
    const struct ccpod_home *home, const char *project_hash, const char *hash, struct error *err)
{
    return keep_answer(home, project_hash, hash, true, err);
}

bool trust_is_refused(const struct ccpod_home *home, const char *project_hash, const char *hash)
{
    return has_answer(home, project_hash, hash, false);
}

bool trust_refuse(
    const struct ccpod_home *home, const char *project_hash, const char *hash, struct error *err)
{
    return keep_answer(home, project_hash, hash, false, err);
}

bool trust_forget(const struct ccpod_home *home, const char *project_hash, struct error *err)
{
    cleanup_free char *dir = project_dir(home, project_hash);
    if (file_remove_tree(dir))
        return true;
    return error_set(err, "forget that the project is trusted: %s cannot be removed", dir);
}

static void add_finding(const struct project *project, const char *service, const char *key,
    size_t i, const char *why, struct diag *diag)
{
    const struct node *node = services_item_node(&project->root, service, key, i);
    cleanup_free char *path = mem_printf("services.%s.%s[%zu]", service, key, i);
    diag_add(diag, node ? node->at : (struct place){0}, path, "%s", why);
}

static void confine(const struct project *project, struct service *service, struct diag *diag)
{
    for (size_t i = 0; i < service->volumes.n; i++) {
        cleanup_free char *why = NULL;
        if (!volume_confine(&service->volumes.items[i], &why))
            add_finding(project, service->name, "volumes", i, why, diag);
    }
    for (size_t i = 0; i < service->ports.n; i++) {
        cleanup_free char *why = NULL;
        if (!port_confine_service(&service->ports.items[i], &why))
            add_finding(project, service->name, "ports", i, why, diag);
    }
}

/* What no opt-out lifts: a volume that runs in other sessions. */
static void confine_always(
    const struct project *project, struct service *service, struct diag *diag)
{
    for (size_t i = 0; i < service->volumes.n; i++) {
        cleanup_free char *why = NULL;
        if (service->volumes.items[i].kind == VOLUME_NAMED &&
            !volume_confine(&service->volumes.items[i], &why))
            add_finding(project, service->name, "volumes", i, why, diag);
    }
}

bool trust_confine_services(
    const struct profile *profile, struct project *project, struct error *err)
{
    cleanup_diag struct diag diag;
    diag_init(&diag, project->file ? project->file : "");
    for (size_t i = 0; i < project->services.n; i++) {
        if (profile->allow_project_host_mounts)
            confine_always(project, &project->services.items[i], &diag);
        else
            confine(project, &project->services.items[i], &diag);
    }
    return diag_error(&diag, err);
}

const char *trust_needed_for(const struct profile *p)
{
    return p->trust_projects                   ? "trustProjects"
           : p->allow_project_host_mounts      ? "allowProjectHostMounts"
           : p->allow_project_init             ? "allowProjectInit"
           : p->allow_project_network          ? "allowProjectNetwork"
           : p->ssh.mount_ssh_dir              ? "ssh.mountSshDir"
           : p->mounts.n                       ? "mounts"
           : p->hardening == HARDENING_RELAXED ? "hardening: relaxed"
                                               : NULL;
}

void trust_split_args(const struct strv *args, struct strv *allowed, struct strv *left_out)
{
    static const char *const with_value[] = {"--model", "--append-system-prompt"};
    for (size_t i = 0; i < args->n; i++) {
        const char *arg = args->v[i];
        bool ok = strcmp(arg, "--verbose") == 0, pair = false;
        for (size_t k = 0; k < array_size(with_value) && !ok; k++) {
            size_t n = strlen(with_value[k]);
            bool named = strncmp(arg, with_value[k], n) == 0;
            /* A value that looks like an option is none: what it is taken for is Claude's
             * business, and must not be ours to bet on. */
            pair = named && !arg[n] && i + 1 < args->n && args->v[i + 1][0] != '-';
            ok = pair || (named && arg[n] == '=');
        }
        strv_add(ok ? allowed : left_out, arg);
        if (pair)
            strv_add(allowed, args->v[++i]);
    }
}

static bool is_empty(const json_t *value)
{
    return json_is_null(value) || (json_is_object(value) && !json_object_size(value)) ||
           (json_is_array(value) && !json_array_size(value));
}

/* permissions: deny and ask alone; *ret_rest if there was more. */
static json_t *allowed_permissions(json_t *permissions, bool *ret_rest)
{
    const char *key;
    json_t *value, *allowed = json_object();

    *ret_rest = !json_is_object(permissions);
    json_object_foreach(permissions, key, value)
    {
        if ((strcmp(key, "deny") == 0 || strcmp(key, "ask") == 0) && json_is_array(value))
            json_object_set(allowed, key, value);
        else if (!is_empty(value))
            *ret_rest = true;
    }
    return allowed;
}

json_t *trust_allowed_settings(const json_t *settings, struct strv *left_out)
{
    static const char *const plain[] = {"model", "outputStyle", "language"};
    json_t *allowed = json_object();

    for (void *at = json_object_iter((json_t *)(uintptr_t)settings); at;
         at = json_object_iter_next((json_t *)(uintptr_t)settings, at)) {
        const char *key = json_object_iter_key(at);
        json_t *value = json_object_iter_value(at);
        bool rest = !is_empty(value);
        for (size_t i = 0; i < array_size(plain); i++)
            if (strcmp(key, plain[i]) == 0 && json_is_string(value)) {
                json_object_set(allowed, key, value);
                rest = false;
            }
        if (strcmp(key, "permissions") == 0) {
            json_t *permissions = allowed_permissions(value, &rest);
            if (json_object_size(permissions))
                json_object_set(allowed, key, permissions);
            json_decref(permissions);
        }
        if (rest && left_out && strcmp(key, "$schema") != 0)
            strv_add(left_out, key);
    }
    return allowed;
}
