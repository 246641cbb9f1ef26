/* engine_error.c - see engine_error.h. Texts seen with Docker 20.10 to 28 and Podman 4.3. */
#include "docker/engine_error.h"

#include <string.h>
#include <uv.h>

#include "base/json.h"
#include "base/limits.h"
#include "base/mem.h"
#include "base/str.h"

/* What the engine says, what the user can do. The first row that matches counts. */
static const struct {
    const char *text, *hint;
} cures[] = {
    {"no such image",                   "build or pull it first, or name another one in image.use of the profile"     },
    {"image not known",                 "build or pull it first, or name another one in image.use of the profile"     },
    {"port is already allocated",
     "another container has this port: `docker ps` shows which; choose another one"                                   },
    {"address already in use",          "another program has this port; choose another one"                           },
    {"/ccpod/bin",                      "the engine does not see ccpod's directory: share your home directory with it"},
    {"bind source path does not exist",
     "the engine does not see this directory: share it with the engine's machine"                                     },
    {"mounts denied",                   "share this directory in the engine's settings"                               },
    {"no space left on device",         "free some room: `docker system df` shows what takes it"                      },
    {"unable to find user",             "the image has no such user"                                                  },
    {"cannot connect to the docker",    "is the engine running?"                                                      },
};

static void add_hint(struct error *err, const char *said)
{
    for (size_t i = 0; i < array_size(cures); i++) {
        if (strcasestr(said, cures[i].text)) {
            error_hint(err, "%s", cures[i].hint);
            return;
        }
    }
}

bool engine_error_say(struct error *err, const char *text, size_t n)
{
    cleanup_str struct str line = STR(8 * LIMIT_FOREIGN_TEXT);
    while (n && strchr("\r\n ", text[n - 1]))
        n--;
    cleanup_free char *said = mem_strndup(text, n);
    str_add_harmless(&line, said, n, LIMIT_FOREIGN_TEXT);
    error_set(err, "%s", line.s);
    add_hint(err, said);
    return false;
}

bool engine_error_set(struct error *err, int status, const char *body, size_t n)
{
    cleanup_error struct error ignored = {0};
    cleanup_json json_t *json = json_parse_foreign(body, n, "answer", &ignored);
    const char *message = json_text_at(json, "message");

    if (message)
        return engine_error_say(err, message, strlen(message));
    if (n)
        return engine_error_say(err, body, n);
    return error_set(err, "the engine answered with status %d and no reason", status);
}

bool engine_error_connect(struct error *err, const char *socket, int uv_error)
{
    switch (uv_error) {
    case UV_ENOENT:
        error_set(err, "%s: there is no such socket", socket);
        return error_hint(err, "start the engine, or name its socket in DOCKER_HOST");
    case UV_ECONNREFUSED:
        error_set(err, "%s: nobody answers there", socket);
        return error_hint(err, "the engine is not running: start it");
    case UV_EACCES:
        error_set(err, "%s: permission denied", socket);
        return error_hint(err,
            "add yourself to the socket's group (usually `sudo usermod -aG docker $USER`, then "
            "log in again), or use a rootless engine");
    case UV_ENAMETOOLONG:
        return error_set(err, "%s: longer than a socket's path may be (107 bytes)", socket);
    default:
        return error_set(err, "%s: %s", socket, uv_strerror(uv_error));
    }
}

bool engine_error_is_conflict(int status, const char *body)
{
    return status == 409 ||
           (status == 500 && (strstr(body, "already in use") || strstr(body, "already exists")));
}

bool engine_error_is_bad_path(int status, const char *body)
{
    return status == 500 &&
           (strcasestr(body, "too many links") || strcasestr(body, "too many levels of symbolic") ||
               strcasestr(body, "not a directory") || strcasestr(body, "file name too long"));
}

bool engine_error_is_subnet_taken(const char *body)
{
    return strcasestr(body, "overlap") || strstr(body, "already used on the host");
}
