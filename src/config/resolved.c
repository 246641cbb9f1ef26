/* resolved.c - see resolved.h: the order in which everything is read, decided and merged. What
 * Claude's own files become is in assets.c. */
#include "config/resolved.h"

#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/path.h"
#include "config/mcp.h"
#include "config/merge.h"
#include "config/names.h"
#include "config/services_check.h"
#include "config/wants.h"

static bool read_profile(
    const struct resolve_flags *flags, struct resolved *r, bool *ret_nobody, struct error *err)
{
    const char *name = project_profile(&r->project, flags->profile);
    cleanup_free char *file = NULL;

    if (!profile_name_check(name, err))
        return false;
    file = home_profile_file(flags->home, name);
    *ret_nobody = !flags->profile && !r->project.profile && profile_is_missing(flags->home, name);
    if (!project_profile_read(&r->project, flags->home, flags->profile, &r->profile, err))
        return false;
    if (strcmp(r->profile.name, name) != 0) {
        strv_addf(&r->warnings, "%s: the name is %s, but its directory's, %s, counts", file,
            r->profile.name, name);
        free(r->profile.name);
        r->profile.name = mem_strdup(name);
    }
    return true;
}

/* Under isolation the project is a directory and nothing else. */
static void isolate(struct resolved *r)
{
    struct project bare = {0};
    bare.dir = take(r->project.dir);
    bare.file = take(r->project.file);
    schema_defaults(project_settings, &bare);
    project_release(&r->project);
    r->project = bare;
    r->trust = TRUST_NONE;
}

static bool is_trusted(const struct resolve_flags *flags, const struct resolved *r)
{
    const char *hash = r->snapshot.hash;
    return flags->trust_project ||
           (flags->trusted_hash && strcmp(flags->trusted_hash, hash) == 0) ||
           trust_is_stored(flags->home, r->project_hash, hash);
}

/* A project may not pick a profile that opens doors, unless it is trusted by itself. */
static bool check_choice(
    const struct resolve_flags *flags, const struct resolved *r, bool trusted, struct error *err)
{
    const char *door = trust_needed_for(&r->profile);
    if (flags->profile || !r->project.profile || !door || trusted)
        return true;
    error_set(err, "%s chooses the profile %s, which sets %s: for that the project must be trusted",
        r->project.file, r->profile.name, door);
    return error_hint(err,
        "Name it yourself (--profile %s), or trust the project: `ccpod trust`, --trust-project.",
        r->profile.name);
}

/* Before anything else of the project is read, as it says what of that may be used. */
static bool find_masks(struct resolved *r, struct error *err)
{
    const char *dir = r->project.dir;
    return masks_add(&r->masks, dir, &r->profile.workspace.mask, false, &r->warnings, err) &&
           (r->profile.isolation ||
               masks_add(&r->masks, dir, &r->project.workspace.mask, true, &r->warnings, err));
}

static bool decide_trust(const struct resolve_flags *flags, struct resolved *r, struct error *err)
{
    if (r->profile.isolation) {
        /* Its choice of a profile still counts, and needs no files to be judged. */
        bool trusted = flags->trust_project;
        if (!check_choice(flags, r, trusted, err))
            return false;
        isolate(r);
        return true;
    }
    if (!snapshot_read(&r->project, &r->masks, &r->snapshot, &r->warnings, err))
        return false;
    bool trusted = is_trusted(flags, r);
    if (!check_choice(flags, r, trusted, err))
        return false;
    r->trust = trusted || r->profile.trust_projects ? TRUST_GIVEN
               : r->snapshot.wants.n                ? TRUST_NONE
                                                    : TRUST_NOT_NEEDED;
    if (r->trust == TRUST_NONE) {
        cleanup_free char *what = wants_summary(&r->snapshot.wants);
        strv_addf(&r->warnings,
            r->snapshot.unread
                ? "the project is not trusted, nor can be as long as one of its files "
                  "is not understood; left out: %s. `ccpod trust` shows it"
                : "the project is not trusted; left out: %s. `ccpod trust` shows "
                  "and allows it",
            what);
    }
    return true;
}

static bool resolve_env(const struct resolve_flags *flags, struct resolved *r, struct error *err)
{
    for (size_t i = 0; flags->env && i < flags->env->n; i++) {
        cleanup_free char *why = NULL;
        if (!env_entry_check(flags->env->v[i], ENV_COMMAND_LINE, &why))
            return error_set_code(err, EXIT_CODE_USAGE, "--env: %s", why);
    }
    env_add_all(&r->env, &r->profile.env, ENV_PROFILE, &r->warnings);
    if (r->trust == TRUST_GIVEN)
        env_add_all(&r->env, &r->project.env, ENV_PROJECT, &r->warnings);
    if (flags->env)
        env_add_all(&r->env, flags->env, ENV_COMMAND_LINE, &r->warnings);
    r->headless = flags->headless;
    return auth_resolve(flags->home, &r->profile, flags->env, &r->env, &r->auth, err);
}

static void resolve_image(struct resolved *r)
{
    const struct image_settings *image = &r->profile.image;
    if (!image->dockerfile) {
        r->image.reference = mem_strdup(image->use);
        return;
    }
    r->image.build = true;
    r->image.dockerfile = path_join(r->project.dir, image->dockerfile);
    r->image.context =
        image->dockerfile[0] == '/' ? path_dir(image->dockerfile) : mem_strdup(r->project.dir);
}

/* A server may be meant that runs in a service, which publishes its port itself. */
static void leave_to_services(struct resolved *r, const char *file)
{
    size_t kept = 0;
    for (size_t i = 0; i < r->ports.n; i++) {
        struct port *port = &r->ports.items[i];
        const struct service *s =
            port->from == PORT_MCP ? services_publish(&r->services, port) : NULL;
        if (s) {
            strv_addf(&r->warnings, "%s: port %d is published by the service %s, and left to it",
                file, port->host, s->name);
            free(port->host_ip);
        } else {
            r->ports.items[kept++] = *port;
        }
    }
    r->ports.n = kept;
}

static void resolve_mcp_ports(struct resolved *r)
{
    bool detect = r->project.ports.auto_detect_given ? r->project.ports.auto_detect_mcp
                                                     : r->profile.ports.auto_detect_mcp;
    r->auto_detect_mcp = detect;
    if (!detect || !r->snapshot.mcp)
        return;
    cleanup_free char *file = path_join(r->project.dir, ".mcp.json");
    mcp_add_ports(r->snapshot.mcp, strlen(r->snapshot.mcp), file, &r->ports, &r->warnings);
    leave_to_services(r, file);
}

/* Did the profile or the command line (never the project) ask to skip Claude's questions? */
static bool asks_bypass(const struct resolve_flags *flags, const struct resolved *r)
{
    const struct strv *lists[] = {&r->profile.claude_args, flags->claude_args};
    /* A project's entry of that name is denied, so what is there is the user's. */
    const char *yolo = env_get(&r->env, "CLAUDE_YOLO");

    if (r->profile.permissions == PERMISSIONS_PERMISSIVE || (yolo && strcmp(yolo, "1") == 0))
        return true;
    for (size_t l = 0; l < array_size(lists); l++)
        for (size_t i = 0; lists[l] && i < lists[l]->n; i++) {
            const char *arg = lists[l]->v[i];
            const char *next = i + 1 < lists[l]->n ? lists[l]->v[i + 1] : "";
            if (strcmp(arg, "--dangerously-skip-permissions") == 0 ||
                strcmp(arg, "--permission-mode=bypassPermissions") == 0 ||
                (strcmp(arg, "--permission-mode") == 0 && strcmp(next, "bypassPermissions") == 0))
                return true;
        }
    return false;
}

/* What the trust boundary finds and what does not fit together is said at once. */
static bool merge_all(const struct resolve_flags *flags, struct resolved *r, struct error *err)
{
    cleanup_error struct error merging = {0};
    trust_confine_services(&r->profile, &r->project, err);
    merge(r, flags->claude_args, &merging);
    error_add(err, &merging);
    return !error_is_set(err);
}

static bool resolve_all(
    const struct resolve_flags *flags, struct resolved *r, bool *ret_nobody, struct error *err)
{
    if (!project_read(flags->home, flags->dir, flags->here, &r->project, err))
        return false;
    project_hash(r->project.dir, r->project_hash);
    if (!read_profile(flags, r, ret_nobody, err) || !find_masks(r, err) ||
        !decide_trust(flags, r, err) || !merge_all(flags, r, err) || !resolve_env(flags, r, err))
        return false;
    resolve_image(r);
    resolve_mcp_ports(r);
    r->state = flags->no_state ? STATE_EPHEMERAL : r->profile.state;
    r->workspace_target =
        mem_strdup(strcmp(r->profile.workspace.target, "same") == 0 ? r->project.dir
                                                                    : r->profile.workspace.target);
    r->plugin_volume =
        name_plugins(r->profile.name, r->trust == TRUST_GIVEN ? r->project_hash : NULL);
    r->bypass = asks_bypass(flags, r);
    return true;
}

bool resolve(const struct resolve_flags *flags, struct resolved *ret, struct error *err)
{
    bool nobody = false;
    *ret = (struct resolved){0};
    if (resolve_all(flags, ret, &nobody, err))
        return true;
    resolved_release(ret);
    ret->no_default_profile = nobody;
    return false;
}

void resolved_release(struct resolved *r)
{
    profile_release(&r->profile);
    project_release(&r->project);
    free(r->image.reference);
    free(r->image.dockerfile);
    free(r->image.context);
    auth_release(&r->auth);
    env_release(&r->env);
    strv_release(&r->claude_flags);
    strv_release(&r->claude_args);
    strv_release(&r->network.allow);
    ports_release(&r->ports);
    services_release(&r->services);
    strv_release(&r->init);
    strv_release(&r->plugins);
    free(r->plugin_volume);
    free(r->workspace_target);
    masks_release(&r->masks);
    bridge_map_release(&r->bridge);
    snapshot_release(&r->snapshot);
    json_decref(r->settings);
    free(r->claude_md);
    json_decref(r->seen_settings);
    free(r->seen_claude_md);
    strv_release(&r->shadowed);
    strv_release(&r->warnings);
    *r = (struct resolved){0};
}
