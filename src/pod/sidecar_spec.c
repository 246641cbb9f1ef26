/* sidecar_spec.c - see sidecar_spec.h. */
#include "pod/sidecar_spec.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/json.h"
#include "base/mem.h"
#include "config/names.h"
#include "pod/labels.h"
#include "pod/spec_parts.h"

enum { NANO = 1000000000 };

static json_t *texts(const struct strv *list)
{
    json_t *array = json_array();
    for (size_t i = 0; i < list->n; i++)
        json_array_append_new(array, json_string(list->v[i]));
    return array;
}

/* --- what runs in it --- */

/* An empty list clears what the image says. The engine takes [""] for that as entrypoint; an empty
 * command counts only beside an entrypoint, so the image's own is repeated then. */
static void add_command(json_t *request, const struct service *s, const json_t *image)
{
    json_t *entrypoint = NULL;
    if (s->entrypoint_given)
        entrypoint = s->entrypoint.n ? texts(&s->entrypoint) : json_pack("[s]", "");
    else if (s->command_given && !s->command.n)
        entrypoint = json_incref(json_at(image, "Config.Entrypoint"));
    if (entrypoint && !json_is_null(entrypoint))
        json_object_set(request, "Entrypoint", entrypoint);
    json_decref(entrypoint);
    if (s->command_given)
        json_object_set_new(request, "Cmd", texts(&s->command));
}

static void set_number(json_t *object, const char *key, long long value)
{
    if (value)
        json_object_set_new(object, key, json_integer(value));
}

static void add_health(json_t *request, const struct healthcheck *h)
{
    if (!h->given)
        return;
    json_t *health = json_object();
    if (h->test.n)
        json_object_set_new(health, "Test", texts(&h->test));
    set_number(health, "Interval", h->interval);
    set_number(health, "Timeout", h->timeout);
    set_number(health, "StartPeriod", h->start_period);
    set_number(health, "Retries", h->retries);
    json_object_set_new(request, "Healthcheck", health);
}

bool sidecar_has_health(const struct service *s, const json_t *image)
{
    const struct healthcheck *h = &s->healthcheck;
    if (h->given && h->test.n)
        return strcmp(h->test.v[0], "NONE") != 0;
    const char *first =
        json_string_value(json_array_get(json_at(image, "Config.Healthcheck.Test"), 0));
    return first && strcmp(first, "NONE") != 0;
}

/* --- what it sees of the host --- */

/* The engine would make a directory for a source that is missing, as root. */
static bool check_source(const struct service *s, const char *source, struct error *err)
{
    struct stat st;
    if (!json_check_text(source, "volume", err))
        return false;
    if (strchr(source, ':'))
        return error_set(err, "volume %s: a host path with ':' cannot be mounted", source);
    if (stat(source, &st) < 0)
        return error_set(err, "volume %s of %s: %s", source, s->name, strerror(errno));
    return true;
}

static bool add_volumes(json_t *request, const struct service *s, struct error *err)
{
    json_t *binds = json_array(), *anonymous = json_object();
    json_object_set_new(json_object_get(request, "HostConfig"), "Binds", binds);
    json_object_set_new(request, "Volumes", anonymous);
    for (size_t i = 0; i < s->volumes.n; i++) {
        const struct volume *v = &s->volumes.items[i];
        if (v->kind == VOLUME_ANONYMOUS) {
            json_object_set_new(anonymous, v->target, json_object());
            continue;
        }
        if (v->kind == VOLUME_HOST && !check_source(s, v->source, err))
            return false;
        json_array_append_new(binds,
            json_sprintf("%s:%s%s%s", v->source, v->target, *v->options ? ":" : "", v->options));
    }
    return true;
}

static bool add_workspace(json_t *host, const struct pod *pod, const struct service *s,
    const char *empty_file, struct error *err)
{
    json_t *mounts = json_array();
    json_object_set_new(host, "Mounts", mounts);
    if (!s->workspace)
        return true;
    return spec_bind(mounts, pod->resolved->project.dir, s->workspace, s->confined, err) &&
           spec_masks(mounts, &pod->resolved->masks, s->workspace, empty_file, err);
}

static bool sees_host(const struct service *s)
{
    for (size_t i = 0; i < s->volumes.n; i++)
        if (s->volumes.items[i].kind == VOLUME_HOST)
            return true;
    return s->workspace != NULL;
}

/* --- what it may do --- */

static void add_restart(json_t *host, const struct service *s)
{
    static const char *const words[] = {"no", "on-failure", "always", "unless-stopped"};
    enum restart_policy policy = s->restart;
    if (s->confined && (policy == RESTART_ALWAYS || policy == RESTART_UNLESS_STOPPED))
        policy = RESTART_ON_FAILURE;
    json_t *restart = json_pack("{s:s}", "Name", words[policy]);
    if (policy == RESTART_ON_FAILURE)
        set_number(restart, "MaximumRetryCount", s->restart_tries);
    json_object_set_new(host, "RestartPolicy", restart);
}

static void add_security(json_t *host, const struct service *s)
{
    json_t *options = json_pack("[s]", "label=disable");
    json_object_set_new(host, "SecurityOpt", options);
    if (!s->confined) {
        set_number(host, "PidsLimit", s->resources.pids);
        set_number(host, "Memory", s->resources.memory);
        set_number(host, "NanoCpus", s->resources.nano_cpus);
        return;
    }
    json_array_append_new(options, json_string("no-new-privileges"));
    json_object_set_new(host, "CapDrop", json_pack("[s, s, s]", "NET_RAW", "MKNOD", "SETFCAP"));
    spec_resources(host, &s->resources);
}

static void add_engine(json_t *host, const struct pod *pod, const struct service *s)
{
    if (pod->info->has_local_log)
        json_object_set_new(host, "LogConfig", json_pack("{s:s}", "Type", "local"));
    if (pod->info->remaps_users && !pod->info->is_rootless && sees_host(s))
        json_object_set_new(host, "UsernsMode", json_string("host"));
    json_object_set_new(host, "ExtraHosts", json_pack("[s]", "host.docker.internal:host-gateway"));
}

bool sidecar_spec(const struct pod *pod, const struct service *s, const json_t *image,
    const char *empty_file, json_t **ret, struct error *err)
{
    cleanup_json json_t *request = json_object();
    json_t *host = json_object();
    const char *id = json_text_at(image, "Id");
    const char *dir = s->working_dir ? s->working_dir : s->workspace;
    json_t *env = spec_env_list(&s->env, err);

    json_object_set_new(request, "HostConfig", host);
    if (!env)
        return false;
    /* By id: what was inspected is what runs, whatever the tag means by then. */
    json_object_set_new(request, "Image", json_string(id ? id : s->image));
    json_object_set_new(request, "Hostname", json_string(s->name));
    json_object_set_new(request, "Env", env);
    add_command(request, s, image);
    if (s->user)
        json_object_set_new(request, "User", json_string(s->user));
    if (dir)
        json_object_set_new(request, "WorkingDir", json_string(dir));
    add_health(request, &s->healthcheck);
    set_number(request, "StopTimeout", (s->stop_grace + NANO - 1) / NANO);
    json_object_set_new(host, "Init", json_boolean(s->init));
    if (!add_volumes(request, s, err) || !add_workspace(host, pod, s, empty_file, err))
        return false;
    spec_ports(request, &s->ports);
    add_restart(host, s);
    add_security(host, s);
    add_engine(host, pod, s);
    *ret = take(request);
    return true;
}

json_t *sidecar_volume_spec(const struct pod *pod, const struct service *s, const struct volume *v)
{
    return json_pack(
        "{s:s, s:o}", "Name", v->source, "Labels", labels_of_thing(pod->resolved, s->name));
}

void sidecar_spec_hash(const json_t *request, char ret[static HASH_HEX + 1])
{
    static const char *const of_host[] = {"LogConfig", "UsernsMode"};
    cleanup_json json_t *copy = json_deep_copy(request);
    json_object_del(copy, "Labels");
    json_object_del(copy, "NetworkingConfig");
    for (size_t i = 0; i < array_size(of_host); i++)
        json_object_del(json_object_get(copy, "HostConfig"), of_host[i]);
    char *text = json_dumps(copy, JSON_SORT_KEYS | JSON_COMPACT);
    hash_bytes(text, strlen(text), ret);
    free(text);
}
