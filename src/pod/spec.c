/* spec.c - see spec.h: user, mounts, and the request itself. What is set in the
 * container's environment is in spec_env.c. */
#include "pod/spec.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/guest_abi.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/path.h"
#include "config/names.h"
#include "pod/labels.h"
#include "pod/plugin_volume.h"
#include "pod/pod.h"
#include "pod/spec_env.h"
#include "pod/spec_parts.h"

enum { STATE_TMPFS_MIB = 256 };

static json_t *main_labels(const struct spec_facts *f)
{
    return labels_of_container(f->resolved, &(struct container_labels){.type = "main",
                                                .role = f->role,
                                                .session = f->session,
                                                .lease = f->lease,
                                                .config = "",
                                                .image = f->resolved->image.reference});
}

static bool id_from_env(const struct env *env, const char *name, long long *ret, struct error *err)
{
    const char *text = env_get(env, name);
    if (!text || text_number(text, 0, 0xfffffffeLL, ret))
        return true;
    return error_set(err, "%s is '%s': not a user or group id", name, text);
}

bool spec_user(const struct resolved *r, const struct engine_info *info, uid_t *ret_uid,
    gid_t *ret_gid, struct error *err)
{
    struct stat st;
    if (stat(r->project.dir, &st) < 0)
        return error_set(err, "%s: %s", r->project.dir, strerror(errno));
    /* Root's files stay root's, with root's group. */
    bool as_root = info->is_rootless || st.st_uid == 0;
    long long uid = as_root ? 0 : st.st_uid;
    long long gid = as_root ? 0 : st.st_gid;
    if (!id_from_env(&r->env, GUEST_ENV_UID, &uid, err) ||
        !id_from_env(&r->env, GUEST_ENV_GID, &gid, err))
        return false;
    *ret_uid = (uid_t)uid;
    *ret_gid = (gid_t)gid;
    return true;
}

/* --- mounts --- */

/* The engine would make a directory for a source that is missing, as root. */
static bool bind_checked(json_t *mounts, const struct mount *m, struct error *err)
{
    struct stat st;
    if (stat(m->source, &st) < 0)
        return error_set(err, "mount %s at %s: %s", m->source, m->target, strerror(errno));
    return spec_bind(mounts, m->source, m->target, m->read_only, err);
}

static bool add_ssh(json_t *mounts, const struct spec_facts *f, struct error *err)
{
    const struct profile *p = &f->resolved->profile;
    const char *agent = spec_agent_socket(f);
    if (agent && !spec_bind(mounts, agent, GUEST_SSH_AGENT, false, err))
        return false;
    if (agent && strchr(agent, ':'))
        return error_set(err, "SSH_AUTH_SOCK is %s: a path with ':' cannot be mounted", agent);
    if (p->ssh.mount_ssh_dir) {
        cleanup_free char *dir = path_expand("~/.ssh");
        struct stat st;
        if (stat(dir, &st) == 0 && !spec_bind(mounts, dir, GUEST_SSH_DIR, true, err))
            return false;
    }
    return true;
}

static bool make_mounts(const struct spec_facts *f, json_t *mounts, struct error *err)
{
    const struct resolved *r = f->resolved;

    if (!spec_bind(mounts, r->project.dir, r->workspace_target, false, err) ||
        !spec_bind(mounts, f->guest_dir, GUEST_BIN_DIR, true, err) ||
        !spec_bind(mounts, f->merged_dir, GUEST_CONFIG_DIR, true, err) ||
        !spec_bind(mounts, f->rundir->in, GUEST_IN_DIR, true, err) ||
        !spec_bind(mounts, f->rundir->out, GUEST_OUT_DIR, false, err))
        return false;
    /* With its labels: the engine makes one that has been removed meanwhile, and it is ours then.
     */
    json_array_append_new(
        mounts, json_pack("{s:s, s:s, s:s, s:{s:b, s:o}}", "Type", "volume", "Source",
                    f->plugin_volume, "Target", GUEST_PLUGINS_DIR, "VolumeOptions", "NoCopy", 1,
                    "Labels", plugin_volume_labels(r)));
    if (f->state_dir && !spec_bind(mounts, f->state_dir, GUEST_STATE_DIR, false, err))
        return false;
    for (size_t i = 0; i < r->profile.mounts.n; i++)
        if (!bind_checked(mounts, &r->profile.mounts.items[i], err))
            return false;
    cleanup_free char *empty = path_join(f->rundir->dir, "empty");
    return spec_masks(mounts, &r->masks, r->workspace_target, empty, err) &&
           add_ssh(mounts, f, err);
}

/* --- the host's side --- */

static void add_hardening(json_t *host, const struct resolved *r)
{
    static const char *const capabilities[] = {GUEST_CAPABILITIES};
    json_t *options = json_pack("[s]", "label=disable");
    if (r->profile.hardening == HARDENING_DEFAULT) {
        json_t *add = json_array();
        for (size_t i = 0; i < array_size(capabilities); i++)
            json_array_append_new(add, json_string(capabilities[i]));
        json_object_set_new(host, "CapDrop", json_pack("[s]", "ALL"));
        json_object_set_new(host, "CapAdd", add);
        json_array_append_new(options, json_string("no-new-privileges"));
    }
    json_object_set_new(host, "SecurityOpt", options);
}

/* Where its output is kept: a screen with its secrets nowhere, other output in the fastest way
 * the engine has. */
static void add_log_driver(json_t *host, const struct spec_facts *f)
{
    bool shown = f->terminal && !f->detached;
    const char *driver = shown ? "none" : f->info->has_local_log ? "local" : NULL;
    if (driver)
        json_object_set_new(host, "LogConfig", json_pack("{s:s}", "Type", driver));
}

static void add_user_namespace(json_t *host, const struct spec_facts *f)
{
    if (f->info->remaps_users && !f->info->is_rootless)
        json_object_set_new(host, "UsernsMode", json_string("host"));
}

/* What a container that joins another one's namespace may not have stands on that one. */
static void add_network(const struct spec_facts *f, json_t *spec, json_t *host)
{
    if (f->holder_id) {
        json_object_set_new(host, "NetworkMode", json_sprintf("container:%s", f->holder_id));
        return;
    }
    json_object_set_new(host, "ExtraHosts", json_pack("[s]", "host.docker.internal:host-gateway"));
    spec_ports(spec, f->ports);
    if (f->network_id)
        pod_join_network(spec, f->network_id, "claude");
}

static bool make_host(const struct spec_facts *f, json_t *spec, json_t *host, struct error *err)
{
    const struct resolved *r = f->resolved;
    json_t *mounts = json_array();

    json_object_set_new(host, "Mounts", mounts);
    if (!make_mounts(f, mounts, err))
        return false;
    json_object_set_new(host, "Init", json_false());
    json_object_set_new(host, "RestartPolicy", json_pack("{s:s}", "Name", "no"));
    if (!f->state_dir) {
        cleanup_free char *options = mem_printf("rw,noexec,nosuid,size=%dm", STATE_TMPFS_MIB);
        json_object_set_new(host, "Tmpfs", json_pack("{s:s}", GUEST_STATE_DIR, options));
    }
    if (f->terminal && f->rows)
        json_object_set_new(
            host, "ConsoleSize", json_pack("[i, i]", (int)f->rows, (int)f->columns));
    add_log_driver(host, f);
    add_hardening(host, r);
    spec_resources(host, &r->profile.resources);
    add_user_namespace(host, f);
    add_network(f, spec, host);
    return true;
}

bool spec_main(const struct spec_facts *f, json_t **ret, struct error *err)
{
    cleanup_json json_t *spec = json_object();
    json_t *host = json_object();
    uid_t uid;
    gid_t gid;

    json_object_set_new(spec, "HostConfig", host);
    if (!spec_user(f->resolved, f->info, &uid, &gid, err) || !make_host(f, spec, host, err) ||
        !json_check_texts(f->command, "the argument", err))
        return false;
    json_t *env = spec_env(f, uid, gid, err);
    json_object_set_new(spec, "Env", env);
    if (!env)
        return false;
    /* By id: what was inspected is what runs, whatever the tag means by then. */
    const char *image = json_text_at(f->image, "Id");
    json_object_set_new(spec, "Image", json_string(image ? image : f->resolved->image.reference));
    json_object_set_new(spec, "Entrypoint",
        json_pack("[s, s, s*, s]", GUEST_PROGRAM, "init", f->root ? "--root" : NULL, "--"));
    json_object_set_new(spec, "Cmd", json_of_texts(f->command));
    json_object_set_new(spec, "User", json_string("0:0"));
    json_object_set_new(spec, "WorkingDir", json_string(f->resolved->workspace_target));
    if (json_object_set_new(spec, "Labels", main_labels(f)) < 0)
        return error_set(err, "label the container: bytes that are not UTF-8");
    json_object_set_new(spec, "Healthcheck", json_pack("{s:[s]}", "Test", "NONE"));
    json_object_set_new(spec, "StopSignal", json_string("SIGTERM"));
    json_object_set_new(spec, "Tty", json_boolean(f->terminal));
    json_object_set_new(spec, "OpenStdin", json_boolean(f->with_stdin));
    /* Without StdinOnce a half-close would cut the output and never reach the process. */
    json_object_set_new(spec, "StdinOnce", json_boolean(f->with_stdin));
    json_object_set_new(spec, "AttachStdin", json_boolean(f->with_stdin));
    json_object_set_new(spec, "AttachStdout", json_true());
    json_object_set_new(spec, "AttachStderr", json_true());
    *ret = take(spec);
    return true;
}
