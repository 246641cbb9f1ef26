/* pod.c - see pod.h. */
#include "pod/pod.h"

#include <string.h>

#include "base/json.h"
#include "base/mem.h"
#include "base/path.h"
#include "config/names.h"
#include "pod/labels.h"

const json_t *pod_find(const struct pod *pod, const char *name)
{
    size_t i, k;
    json_t *container, *entry;
    json_array_foreach(pod->containers, i, container)
    {
        json_array_foreach(json_object_get(container, "Names"), k, entry)
        {
            const char *text = json_string_value(entry);
            if (text && *text == '/' && strcmp(text + 1, name) == 0)
                return container;
        }
    }
    return NULL;
}

bool pod_is_alive(const json_t *container)
{
    const char *state = json_text_at(container, "State");
    return state && (strcmp(state, "running") == 0 || strcmp(state, "paused") == 0 ||
                        strcmp(state, "restarting") == 0);
}

static const char *label(const json_t *labels, const char *name)
{
    const char *text = json_string_value(json_object_get(labels, name));
    return text ? text : "";
}

const char *pod_label(const json_t *container, const char *name)
{
    return label(json_object_get(container, "Labels"), name);
}

json_t *pod_labels(const struct pod *pod, const char *type, const char *config, const char *image)
{
    return labels_of_container(pod->resolved, &(struct container_labels){.type = type,
                                                  .role = pod->role,
                                                  .session = "",
                                                  .lease = pod->lease,
                                                  .config = config,
                                                  .image = image});
}

bool pod_owns(const struct pod *pod, const json_t *labels, const char *type)
{
    char owner[HASH_SHORT + 1];
    owner_id(owner);
    return strcmp(label(labels, LABEL_OWNER), owner) == 0 &&
           strcmp(label(labels, LABEL_PROFILE), pod->resolved->profile.name) == 0 &&
           strcmp(label(labels, LABEL_PROJECT), pod->resolved->project_hash) == 0 &&
           strcmp(label(labels, LABEL_TYPE), type) == 0;
}

char *pod_empty_file(const struct pod *pod)
{
    cleanup_free char *dir = path_dir(pod->guest_dir);
    return path_join(dir, "empty");
}

void pod_join_network(json_t *request, const char *network_id, const char *alias)
{
    json_t *endpoint = alias ? json_pack("{s:[s]}", "Aliases", alias) : json_object();
    json_object_set_new(
        json_object_get(request, "HostConfig"), "NetworkMode", json_string(network_id));
    json_object_set_new(request, "NetworkingConfig",
        json_pack("{s:{s:o}}", "EndpointsConfig", network_id, endpoint));
}
