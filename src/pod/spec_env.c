/* spec_env.c - see spec_env.h. Later entries win: what the host's terminal says, what the profile
 * says, what ccpod must be sure of. */
#include "pod/spec_env.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/guest_abi.h"
#include "base/json.h"
#include "base/mem.h"
#include "pod/spec_parts.h"

#ifdef __APPLE__
extern char **environ;
#endif

const char *spec_agent_socket(const struct spec_facts *f)
{
    struct stat st;
    const char *path = getenv("SSH_AUTH_SOCK");
    if (!f->resolved->profile.ssh.agent_forward || !path || !*path)
        return NULL;
    /* Virtual machines of these products offer the user's agent at a path of their own. */
    if (f->info->is_desktop)
        return GUEST_SSH_AGENT;
    return stat(path, &st) == 0 && S_ISSOCK(st.st_mode) ? path : NULL;
}

/* What a program needs to know of the terminal and the language of whoever looks at it. */
static void add_host(struct map *env)
{
    static const char *const names[] = {
        "TERM", "COLORTERM", "TERM_PROGRAM", "TERM_PROGRAM_VERSION", "LANG", "TZ"};
    for (size_t i = 0; i < array_size(names); i++)
        if (getenv(names[i]))
            map_set(env, names[i], getenv(names[i]));
    for (char **e = environ; *e; e++) {
        size_t n = strcspn(*e, "=");
        if (strncmp(*e, "LC_", 3) == 0 && (*e)[n]) {
            cleanup_free char *name = mem_strndup(*e, n);
            map_set(env, name, *e + n + 1);
        }
    }
}

static char *joined(const struct strv *list)
{
    struct str text = STR(LIMIT_HTTP_ANSWER);
    for (size_t i = 0; i < list->n; i++)
        str_addf(&text, "%s%s", i ? "," : "", list->v[i]);
    return str_take(&text);
}

/* Each is set, if need be to nothing, so that what the image says does not count. */
static void add_guest(struct map *env, const struct spec_facts *f, uid_t uid, gid_t gid)
{
    const struct resolved *r = f->resolved;
    const char *user = json_text_at(f->image, "Config.User");
    cleanup_free char *allowed = joined(&r->network.allow);
    cleanup_free char *plugins = joined(&r->plugins);

    map_setf(env, GUEST_ENV_UID, "%lu", (unsigned long)uid);
    map_setf(env, GUEST_ENV_GID, "%lu", (unsigned long)gid);
    map_set(env, GUEST_ENV_IMAGE_USER, user ? user : "");
    map_set(env, GUEST_ENV_WORKSPACE, r->workspace_target);
    map_set(env, GUEST_ENV_STATE, r->state == STATE_PERSISTENT ? "persistent" : "ephemeral");
    map_set(env, GUEST_ENV_POLICY, r->network.policy == NETWORK_RESTRICTED ? "restricted" : "full");
    map_set(env, GUEST_ENV_ALLOWED, allowed);
    map_set(env, GUEST_ENV_PLUGINS, plugins);
    map_set(env, GUEST_ENV_BYPASS, r->bypass ? "1" : "");
    map_set(env, GUEST_ENV_SHELL_MODE, "");
    map_set(env, GUEST_ENV_TTY_SIZE, "");
    if (f->terminal && f->rows)
        map_setf(env, GUEST_ENV_TTY_SIZE, "%ux%u", f->rows, f->columns);
    map_set(env, GUEST_ENV_HARDENING,
        r->profile.hardening == HARDENING_RELAXED ? "relaxed" : "default");
    map_set(env, "DISABLE_AUTOUPDATER", "1");
    if (spec_agent_socket(f))
        map_set(env, "SSH_AUTH_SOCK", GUEST_SSH_AGENT);
    if (!map_get(env, GUEST_ENV_YOLO))
        map_set(env, GUEST_ENV_YOLO, "");
}

json_t *spec_env(const struct spec_facts *f, uid_t uid, gid_t gid, struct error *err)
{
    cleanup_map struct map env = {0};

    add_host(&env);
    map_foreach (e, &f->resolved->env.plain)
        map_set(&env, e->key, e->value);
    add_guest(&env, f, uid, gid);
    return spec_env_list(&env, err);
}
