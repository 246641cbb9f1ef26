/* setup_env.c - the environment of what runs as the user, the secrets in it, and the command. */
#include <errno.h>
#include <string.h>

#include "base/guest_abi.h"
#include "base/limits.h"
#include "base/mem.h"
#include "base/path.h"
#include "guest/safe_fs.h"
#include "guest/setup.h"

/* Between supervisor and guest alone. */
static const char *const internal[] = { GUEST_ENV_IMAGE_USER, GUEST_ENV_BYPASS, GUEST_ENV_HARDENING,
    GUEST_ENV_GIT_NAME, GUEST_ENV_GIT_EMAIL };

/* The supervisor sets these in any case; empty means unset. */
static const char *const facts[] = { GUEST_ENV_UID, GUEST_ENV_GID, GUEST_ENV_WORKSPACE,
    GUEST_ENV_STATE, GUEST_ENV_POLICY, GUEST_ENV_ALLOWED, GUEST_ENV_PLUGINS, GUEST_ENV_YOLO,
    GUEST_ENV_SHELL_MODE };

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

bool setup_env(struct guest *guest, struct error *err)
{
    (void)err;
    const struct user *user = &guest->user;
    map_foreach (e, &guest->given)
        if (!is_hidden(e->key, e->value))
            map_set(&guest->env, e->key, e->value);

    /* The engine sets HOME for root, as whom the guest starts. */
    map_set(&guest->env, "HOME", user->home);
    map_set(&guest->env, "USER", user->name);
    map_set(&guest->env, "LOGNAME", user->name);
    set_default(&guest->env, "SHELL", user->shell);
    set_default(
        &guest->env, "PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin");
    map_set(&guest->env, "DISABLE_AUTOUPDATER", "1");
    if (user->uid == 0)
        map_set(&guest->env, "IS_SANDBOX", "1");
    return true;
}

static bool is_name(const char *text, size_t n)
{
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_0123456789";
    return n > 0 && !(text[0] >= '0' && text[0] <= '9') && strspn(text, letters) == n;
}

/* NAME=VALUE, each ended by a NUL byte. The message names no value. */
static bool add_secrets(struct map *env, const struct str *text, struct error *err)
{
    for (size_t at = 0; at < text->len;) {
        const char *entry = text->s + at;
        size_t n = strlen(entry);
        const char *equals = strchr(entry, '=');
        cleanup_free char *name = mem_strndup(entry, equals ? (size_t)(equals - entry) : 0);
        if (at + n == text->len || !is_name(name, strlen(name)))
            return error_set(err, "%s/%s: byte %zu: not NAME=VALUE and a NUL byte", GUEST_IN_DIR,
                GUEST_IN_SECRETS, at);
        map_set(env, name, equals + 1);
        at += n + 1;
    }
    return true;
}

bool setup_secrets(struct guest *guest, struct error *err)
{
    cleanup_safe_dir struct safe_dir in = SAFE_DIR, out = SAFE_DIR;
    cleanup_str struct str text = STR(LIMIT_SECRETS);

    if (!safe_dir_open(&in, GUEST_IN_DIR, err) || !safe_dir_open(&out, GUEST_OUT_DIR, err))
        return false;
    enum safe_found found = safe_read(&in, GUEST_IN_SECRETS, SAFE_ANY_OWNER, &text, err);
    bool ok = found != SAFE_REFUSED && add_secrets(&guest->env, &text, err);
    mem_wipe(text.s, text.len);
    /* Said in any case: what is not there may be taken for read. */
    return ok && safe_replace(&out, GUEST_OUT_SECRETS_READ, "", 0, 0600, err);
}

bool setup_command(struct guest *guest, struct error *err)
{
    static const char flag[] = "--dangerously-skip-permissions";
    const char *yolo = map_get(&guest->env, GUEST_ENV_YOLO);
    struct strv *command = &guest->command;
    (void)err;

    if (!command->n) {
        map_set(&guest->env, GUEST_ENV_SHELL_MODE, "1");
    } else if (yolo && strcmp(yolo, "1") == 0 && strcmp(path_base(command->v[0]), "claude") == 0 &&
               !strv_has(command, flag)) {
        struct strv with = { 0 };
        strv_add(&with, command->v[0]);
        strv_add(&with, flag);
        for (size_t i = 1; i < command->n; i++)
            strv_add(&with, command->v[i]);
        strv_release(command);
        *command = with;
    }
    return true;
}
