/* env.c - see env.h. */
#include "guest/env.h"

#include <string.h>

#include "base/guest_abi.h"
#include "base/mem.h"
#include "base/path.h"

/* Between supervisor and guest alone. */
static const char *const internal[] = {
    GUEST_ENV_IMAGE_USER, GUEST_ENV_BYPASS, GUEST_ENV_HARDENING, GUEST_ENV_TTY_SIZE};

/* The supervisor sets these in any case; empty means unset. */
static const char *const facts[] = {GUEST_ENV_UID, GUEST_ENV_GID, GUEST_ENV_WORKSPACE,
    GUEST_ENV_STATE, GUEST_ENV_POLICY, GUEST_ENV_ALLOWED, GUEST_ENV_PLUGINS, GUEST_ENV_YOLO,
    GUEST_ENV_SHELL_MODE};

static bool is_hidden(const char *name, const char *value)
{
    for (size_t i = 0; i < array_size(internal); i++)
        if (strcmp(name, internal[i]) == 0)
            return true;
    for (size_t i = 0; i < array_size(facts); i++)
        if (!*value && strcmp(name, facts[i]) == 0)
            return true;
    return false;
}

static void set_default(struct map *env, const char *name, const char *value)
{
    const char *old = map_get(env, name);
    if (!old || !*old)
        map_set(env, name, value);
}

void env_for_user(const struct map *given, const struct user *user, struct map *ret)
{
    map_foreach (e, given)
        if (!is_hidden(e->key, e->value))
            map_set(ret, e->key, e->value);

    /* The engine sets HOME for root, as whom the guest starts. */
    map_set(ret, "HOME", user->home);
    map_set(ret, "USER", user->name);
    map_set(ret, "LOGNAME", user->name);
    set_default(ret, "SHELL", user->shell);
    set_default(ret, "PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin");
    map_set(ret, "DISABLE_AUTOUPDATER", "1");
    if (user->uid == 0)
        map_set(ret, "IS_SANDBOX", "1");
}

static bool is_name(const char *text)
{
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_0123456789";
    return *text && !(*text >= '0' && *text <= '9') && !text[strspn(text, letters)];
}

bool env_add_secrets(struct map *env, const struct str *secrets, struct error *err)
{
    for (size_t at = 0; at < secrets->len;) {
        const char *entry = secrets->s + at;
        size_t n = strlen(entry);
        const char *equals = strchr(entry, '=');
        cleanup_free char *name = mem_strndup(entry, equals ? (size_t)(equals - entry) : 0);
        if (at + n == secrets->len || !is_name(name))
            return error_set(err, "byte %zu: not NAME=VALUE and a NUL byte", at);
        map_set(env, name, equals + 1);
        at += n + 1;
    }
    return true;
}

void env_be_root(struct map *env)
{
    map_set(env, "HOME", "/root");
    map_set(env, "USER", "root");
    map_set(env, "LOGNAME", "root");
}

void env_apply_yolo(const struct map *env, struct strv *command)
{
    static const char flag[] = "--dangerously-skip-permissions";
    const char *yolo = map_get(env, GUEST_ENV_YOLO);

    if (!yolo || strcmp(yolo, "1") != 0 || !command->n ||
        strcmp(path_base(command->v[0]), "claude") != 0 || strv_has(command, flag))
        return;
    struct strv with = {0};
    strv_add(&with, command->v[0]);
    strv_add(&with, flag);
    for (size_t i = 1; i < command->n; i++)
        strv_add(&with, command->v[i]);
    strv_release(command);
    *command = with;
}
