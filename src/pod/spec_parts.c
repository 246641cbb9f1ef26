/* spec_parts.c - see spec_parts.h. */
#include "pod/spec_parts.h"

#include "base/json.h"
#include "base/mem.h"
#include "base/path.h"

bool spec_bind(
    json_t *mounts, const char *source, const char *target, bool read_only, struct error *err)
{
    if (!json_check_text(source, "mount", err))
        return false;
    json_array_append_new(mounts, json_pack("{s:s, s:s, s:s, s:b}", "Type", "bind", "Source",
                                      source, "Target", target, "ReadOnly", read_only));
    return true;
}

json_t *spec_env_list(const struct map *env, struct error *err)
{
    cleanup_json json_t *list = json_array();
    map_foreach (e, env) {
        cleanup_free char *entry = mem_printf("%s=%s", e->key, e->value);
        if (json_array_append_new(list, json_string(entry)) == 0)
            continue;
        error_set(err, "the variable %s has a value that is not UTF-8", e->key);
        error_hint(err, "the engine can be told nothing else: convert it, or do not set it");
        return NULL;
    }
    return take(list);
}

bool spec_masks(json_t *mounts, const struct masks *masks, const char *workspace,
    const char *empty_file, struct error *err)
{
    for (size_t i = 0; i < masks->n; i++) {
        const struct mask *m = &masks->items[i];
        cleanup_free char *target = path_join(workspace, m->path);
        if (m->is_dir)
            json_array_append_new(
                mounts, json_pack("{s:s, s:s, s:b, s:{s:i}}", "Type", "tmpfs", "Target", target,
                            "ReadOnly", 1, "TmpfsOptions", "SizeBytes", 4096));
        else if (!spec_bind(mounts, empty_file, target, true, err))
            return false;
    }
    return true;
}

void spec_ports(json_t *request, const struct ports *ports)
{
    json_t *exposed = json_object(), *bindings = json_object();
    for (size_t i = 0; i < ports->n; i++) {
        const struct port *p = &ports->items[i];
        cleanup_free char *key = mem_printf("%d/%s", p->container, p->udp ? "udp" : "tcp");
        cleanup_free char *number = mem_printf("%d", p->host);
        json_object_set_new(exposed, key, json_object());
        if (!json_object_get(bindings, key))
            json_object_set_new(bindings, key, json_array());
        json_array_append_new(json_object_get(bindings, key),
            json_pack("{s:s, s:s}", "HostIp", p->host_ip ? p->host_ip : "", "HostPort", number));
    }
    json_object_set_new(request, "ExposedPorts", exposed);
    json_object_set_new(json_object_get(request, "HostConfig"), "PortBindings", bindings);
}

void spec_resources(json_t *host, const struct resources *res)
{
    json_object_set_new(host, "PidsLimit", json_integer(res->pids ? res->pids : SPEC_PIDS_LIMIT));
    if (res->memory)
        json_object_set_new(host, "Memory", json_integer(res->memory));
    if (res->nano_cpus)
        json_object_set_new(host, "NanoCpus", json_integer(res->nano_cpus));
}
