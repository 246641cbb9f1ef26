/* auth.c - see auth.h. */
#include "config/auth.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/credentials.h"
#include "base/file.h"
#include "base/json.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/path.h"

#define KEY "ANTHROPIC_API_KEY"

enum { KEY_FILE_MAX = 64 * KIB };

/* Variables that let Claude in by themselves. */
static const char *const variables[] = {KEY, "ANTHROPIC_AUTH_TOKEN", "CLAUDE_CODE_OAUTH_TOKEN",
    "CLAUDE_CODE_USE_BEDROCK", "CLAUDE_CODE_USE_VERTEX", "CLAUDE_CODE_USE_FOUNDRY"};

static void found(struct auth *auth, enum auth_found how, const char *from)
{
    if (auth->found != AUTH_FOUND_NOTHING)
        return;
    auth->found = how;
    auth->from = mem_strdup(from);
}

static void trim(struct str *text)
{
    size_t end = text->len, start = 0;
    while (end && isspace((unsigned char)text->s[end - 1]))
        end--;
    str_cut(text, end, text->len - end);
    while (start < text->len && isspace((unsigned char)text->s[start]))
        start++;
    str_cut(text, 0, start);
}

/* The key file's content; empty where it does not exist. */
static bool read_key_file(
    const struct ccpod_home *home, const char *path, struct str *ret, struct error *err)
{
    cleanup_free char *real = realpath(path, NULL);

    if (!real)
        return errno == ENOENT || error_set(err, "auth.keyFile: %s: %s", path, strerror(errno));
    cleanup_free char *real_home = path_real(home->dir, err);
    if (!real_home)
        return false;
    if (!path_beneath(real, real_home)) {
        error_set(err, "auth.keyFile: %s leads out of %s", path, real_home);
        return error_hint(err, "The file must lie under the ccpod home, links resolved.");
    }
    if (!file_read(real, FILE_NO_LINKS, ret, err))
        return error_wrap(err, "auth.keyFile");
    trim(ret);
    if (memchr(ret->s, '\0', ret->len) || strpbrk(ret->s, "\r\n"))
        return error_set(err, "auth.keyFile: %s holds more than one line", path);
    return true;
}

static bool find_key(const struct ccpod_home *home, const struct profile *p, struct env *env,
    struct auth *auth, struct error *err)
{
    cleanup_str struct str key = STR(KEY_FILE_MAX);
    const char *value = getenv(p->auth.key_env);

    if (value && *value) {
        env_set(env, KEY, value, true);
        found(auth, AUTH_FOUND_KEY_ENV, p->auth.key_env);
        return true;
    }
    if (!p->auth.key_file)
        return true;
    if (!read_key_file(home, p->auth.key_file, &key, err))
        return false;
    if (key.len) {
        env_set(env, KEY, key.s, true);
        found(auth, AUTH_FOUND_KEY_FILE, p->auth.key_file);
    }
    mem_wipe(key.s, key.len);
    return true;
}

static void find_variable(const struct env *env, struct auth *auth)
{
    for (size_t i = 0; i < array_size(variables); i++) {
        const char *value = env_get(env, variables[i]);
        if (value && *value)
            found(auth, AUTH_FOUND_VARIABLE, variables[i]);
    }
}

static void find_login(const struct ccpod_home *home, const struct profile *p, struct auth *auth)
{
    cleanup_error struct error ignored = {0};
    cleanup_free char *dir = home_credentials_dir(home, p->name);
    cleanup_free char *path = path_join(dir, ".credentials.json");
    cleanup_str struct str text = STR(LIMIT_CREDENTIALS);
    long long now = (long long)time(NULL) * 1000;

    if (!file_read(path, FILE_NO_LINKS, &text, &ignored))
        return;
    cleanup_json json_t *json = credentials_parse(text.s, text.len, now, path, &ignored);
    if (json && credentials_live(json, now))
        found(auth, AUTH_FOUND_LOGIN, path);
}

void auth_find_helper(struct auth *auth, const json_t *settings, const char *path)
{
    const char *helper = json_text_at(settings, "apiKeyHelper");
    if (helper && *helper)
        found(auth, AUTH_FOUND_HELPER, path);
}

/* Is the variable set by one of the entries? */
static bool is_set_by(const struct strv *entries, const char *name)
{
    size_t n = strlen(name);
    for (size_t i = 0; entries && i < entries->n; i++)
        if (strncmp(entries->v[i], name, n) == 0 && strchr("=", entries->v[i][n]))
            return true;
    return false;
}

bool auth_resolve(const struct ccpod_home *home, const struct profile *profile,
    const struct strv *command_line, struct env *env, struct auth *ret, struct error *err)
{
    struct auth auth = {.type = profile->auth.type};
    bool overruled = is_set_by(command_line, KEY) && env_get(env, KEY);

    if (auth.type == AUTH_API_KEY && !overruled && !find_key(home, profile, env, &auth, err)) {
        auth_release(&auth);
        return false;
    }
    find_variable(env, &auth);
    find_login(home, profile, &auth);
    *ret = auth;
    return true;
}

bool auth_require(const struct auth *auth, const struct profile *profile, struct error *err)
{
    if (auth->found != AUTH_FOUND_NOTHING)
        return true;
    if (auth->type == AUTH_OAUTH) {
        error_set(err, "the profile %s has no login", profile->name);
        return error_hint(err,
            "`ccpod run --profile %s` on a terminal logs in (/login), once for all runs; or "
            "forward "
            "a token: --env CLAUDE_CODE_OAUTH_TOKEN",
            profile->name);
    }
    error_set(err, "no API key: the variable %s is not set%s%s", profile->auth.key_env,
        profile->auth.key_file ? ", and there is no key in " : "",
        profile->auth.key_file ? profile->auth.key_file : "");
    return error_hint(err, "Set %s, or auth.keyFile in %s, or choose auth.type: oauth.",
        profile->auth.key_env, profile->file);
}

char *auth_warning(const struct auth *auth, const struct profile *profile)
{
    cleanup_error struct error err = {0};
    if (auth->type == AUTH_OAUTH || auth_require(auth, profile, &err))
        return NULL;
    return mem_printf("%s", err.text);
}

void auth_release(struct auth *auth)
{
    free(auth->from);
    *auth = (struct auth){0};
}
