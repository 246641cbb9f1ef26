/* endpoint.c - see endpoint.h. */
#include "docker/endpoint.h"

#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/hash.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/path.h"
#include "base/str.h"

static void add(struct endpoints *list, enum endpoint_kind kind, char *address, const char *runtime,
    const char *from)
{
    list->items = mem_resize(list->items, list->n + 1, sizeof *list->items);
    list->items[list->n++] = (struct endpoint){kind, address, runtime, from};
}

static bool add_url(struct endpoints *list, const char *url, const char *from, struct error *err)
{
    static const struct {
        const char *scheme;
        enum endpoint_kind kind;
    } known[] = {
        {"unix://", ENDPOINT_UNIX},
        {"tcp://",  ENDPOINT_TCP },
        {"ssh://",  ENDPOINT_SSH },
    };

    list->explicit = true;
    for (size_t i = 0; i < array_size(known); i++) {
        size_t n = strlen(known[i].scheme);
        if (strncmp(url, known[i].scheme, n) == 0 && url[n]) {
            add(list, known[i].kind, mem_strdup(url + n), "", from);
            return true;
        }
    }
    error_set(err, "%s is '%s'", from, url);
    return error_hint(err, "write unix:///path/to/socket");
}

/* The endpoint of a docker context: a file named after the hash of the context's name. */
static bool add_context(struct endpoints *list, const char *config_dir, const char *name,
    const char *from, struct error *err)
{
    char hex[HASH_HEX + 1];
    hash_bytes(name, strlen(name), hex);
    cleanup_free char *path = mem_printf("%s/contexts/meta/%s/meta.json", config_dir, hex);
    cleanup_json json_t *meta = json_read_file(path, err);
    if (!meta)
        return error_wrap(err, "find the docker context '%s'", name);
    const char *host = json_text_at(meta, "Endpoints.docker.Host");
    if (!host)
        return error_set(err, "the docker context '%s' (%s) names no host", name, path);
    return add_url(list, host, from, err);
}

/* DOCKER_CONTEXT, else the current context of docker's config.json. "default" means none. */
static bool find_context(struct endpoints *list, bool *ret_found, struct error *err)
{
    const char *dir = getenv("DOCKER_CONFIG");
    const char *name = getenv("DOCKER_CONTEXT");
    const char *from = "DOCKER_CONTEXT";
    cleanup_free char *config_dir = dir && *dir ? mem_strdup(dir) : path_expand("~/.docker");
    cleanup_free char *path = path_join(config_dir, "config.json");
    cleanup_json json_t *config = NULL;

    *ret_found = false;
    if (!name || !*name) {
        cleanup_error struct error ignored = {0};
        if (file_exists(path))
            config = json_read_file(path, &ignored);
        name = json_text_at(config, "currentContext");
        from = "the current docker context";
    }
    if (!name || !*name || strcmp(name, "default") == 0)
        return true;
    *ret_found = true;
    return add_context(list, config_dir, name, from, err);
}

static void add_usual(struct endpoints *list)
{
    static const struct {
        const char *runtime, *path;
    } usual[] = {
        {"orbstack", "~/.orbstack/run/docker.sock"                         },
        {"docker",   "/var/run/docker.sock"                                },
        {"docker",   "~/.docker/run/docker.sock"                           },
        {"docker",   "$XDG_RUNTIME_DIR/docker.sock"                        },
        {"colima",   "~/.colima/default/docker.sock"                       },
        {"colima",   "~/.colima/docker.sock"                               },
        {"podman",   "$XDG_RUNTIME_DIR/podman/podman.sock"                 },
        {"podman",   "/run/podman/podman.sock"                             },
        {"podman",   "~/.local/share/containers/podman/machine/podman.sock"},
    };
    static const char runtime_dir[] = "$XDG_RUNTIME_DIR/";
    const char *xdg = getenv("XDG_RUNTIME_DIR");

    for (size_t i = 0; i < array_size(usual); i++) {
        const char *path = usual[i].path;
        if (!text_starts(path, runtime_dir))
            add(list, ENDPOINT_UNIX, path_expand(path), usual[i].runtime, "");
        else if (xdg && xdg[0] == '/')
            add(list, ENDPOINT_UNIX, path_join(xdg, path + sizeof runtime_dir - 1),
                usual[i].runtime, "");
    }
}

bool endpoints_find(const char *host, struct endpoints *ret, struct error *err)
{
    const char *socket_path = getenv("DOCKER_SOCKET_PATH");
    const char *docker_host = getenv("DOCKER_HOST");
    const char *container_host = getenv("CONTAINER_HOST");

    *ret = (struct endpoints){0};
    if (host)
        return add_url(ret, host, "--host", err);
    if (socket_path && *socket_path) {
        ret->explicit = true;
        add(ret, ENDPOINT_UNIX, mem_strdup(socket_path), "", "DOCKER_SOCKET_PATH");
        return true;
    }
    if (docker_host && *docker_host)
        return add_url(ret, docker_host, "DOCKER_HOST", err);
    if (container_host && *container_host)
        return add_url(ret, container_host, "CONTAINER_HOST", err);
    bool found;
    if (!find_context(ret, &found, err))
        return false;
    if (!found)
        add_usual(ret);
    return true;
}

void endpoints_release(struct endpoints *list)
{
    for (size_t i = 0; i < list->n; i++)
        free(list->items[i].address);
    free(list->items);
    *list = (struct endpoints){0};
}

char *endpoint_url(const struct endpoint *e)
{
    static const char *const schemes[] = {"unix", "tcp", "ssh"};
    return mem_printf("%s://%s", schemes[e->kind], e->address);
}
