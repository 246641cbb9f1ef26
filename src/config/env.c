/* env.c - see env.h. */
#include "config/env.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/limits.h"
#include "base/log.h"
#include "base/mem.h"
#include "config/values.h"

/* One ${NAME} or ${NAME:-default} at s; false where s is not one. */
struct reference {
    char *name;
    const char *fallback; /* not terminated; NULL: none */
    size_t fallback_len, len;
};

static bool reference_at(const char *s, struct reference *ret)
{
    if (s[0] != '$' || s[1] != '{')
        return false;
    size_t name = 0;
    while (isalnum((unsigned char)s[2 + name]) || s[2 + name] == '_')
        name++;
    if (!name || isdigit((unsigned char)s[2]))
        return false;
    const char *end = s + 2 + name;
    *ret = (struct reference){0};
    if (end[0] == ':' && end[1] == '-') {
        ret->fallback = end + 2;
        ret->fallback_len = strcspn(ret->fallback, "}");
        end = ret->fallback + ret->fallback_len;
    }
    if (*end != '}')
        return false;
    ret->len = (size_t)(end + 1 - s);
    ret->name = mem_strndup(s + 2, name);
    return true;
}

static bool interpolates(const char *value)
{
    struct reference ref;
    for (; *value; value++)
        if (reference_at(value, &ref)) {
            free(ref.name);
            return true;
        }
    return false;
}

static char *entry_name(const char *entry)
{
    return mem_strndup(entry, strcspn(entry, "="));
}

bool env_entry_check(const char *entry, enum env_from from, char **ret_why)
{
    cleanup_free char *name = entry_name(entry);
    const char *value = entry[strlen(name)] ? entry + strlen(name) + 1 : "";

    /* The value may be a secret: messages name the variable alone, and only if it looks like
     * one, since a value without its name is a likely slip. */
    if (!value_is_variable(name))
        *ret_why = mem_strdup("must be KEY or KEY=value, where KEY is letters, digits and _, and "
                              "does not begin with a digit");
    else if (from == ENV_PROJECT && interpolates(value))
        *ret_why = mem_printf("%s reads a host variable with ${...}, which a project may not; "
                              "a literal, or KEY alone, may stand here",
            name);
    else
        return true;
    return false;
}

/* A pattern is a name, PREFIX* or *SUFFIX. */
static bool matches(const char *name, const char *pattern)
{
    size_t n = strlen(pattern), m = strlen(name);
    if (pattern[n - 1] == '*')
        return strncasecmp(name, pattern, n - 1) == 0;
    if (pattern[0] == '*')
        return m >= n - 1 && strcasecmp(name + m - (n - 1), pattern + 1) == 0;
    return strcasecmp(name, pattern) == 0;
}

bool env_is_denied_to_projects(const char *name)
{
    /* What steers Claude, its network, its tools, or ccpod's own set-up. */
    static const char *const denied[] = {"ANTHROPIC_*", "CLAUDE_*", "CCPOD_*", "*_PROXY",
        "*_BASE_URL", "NODE_*", "NPM_CONFIG_*", "BUN_*", "PYTHON*", "PERL5*", "RUBY*", "LD_*",
        "GLIBC_*", "GIT_*", "BASH_*", "AWS_*", "GOOGLE_*", "OTEL_*", "XDG_*", "SSL_CERT_FILE",
        "SSL_CERT_DIR", "CURL_CA_BUNDLE", "REQUESTS_CA_BUNDLE", "PATH", "HOME", "ENV", "SHELL",
        "SHELLOPTS", "IFS", "TMPDIR", "PUID", "PGID", "IS_SANDBOX", "BRIDGE_CONFIG",
        "SIDECAR_CONFIG_DIR", "DOCKER_HOST", "SSH_AUTH_SOCK"};
    for (size_t i = 0; i < array_size(denied); i++)
        if (matches(name, denied[i]))
            return true;
    return false;
}

bool env_looks_secret(const char *name, const char *value)
{
    static const char *const words[] = {"TOKEN", "SECRET", "PASSWORD", "PASSWD", "PASSPHRASE",
        "APIKEY", "CREDENTIAL", "AUTH", "COOKIE"};
    static const char *const ends[] = {
        "KEY", "*_KEY", "*_KEYS", "PASS", "*_PASS", "PAT", "*_PAT", "*_DSN", "*_PWD"};
    static const char *const values[] = {
        "sk-", "ghp_", "gho_", "ghs_", "github_pat_", "glpat-", "xox", "AKIA", "eyJ", "-----BEGIN"};

    for (size_t i = 0; i < array_size(words); i++)
        if (strcasestr(name, words[i]))
            return true;
    for (size_t i = 0; i < array_size(ends); i++)
        if (matches(name, ends[i]))
            return true;
    for (size_t i = 0; value && i < array_size(values); i++)
        if (text_starts(value, values[i]))
            return true;
    /* scheme://user:password@host */
    const char *rest = value ? strstr(value, "://") : NULL;
    const char *at = rest ? strchr(rest + 3, '@') : NULL;
    return at && memchr(rest + 3, ':', (size_t)(at - rest - 3));
}

void env_set(struct env *env, const char *name, const char *value, bool secret)
{
    map_remove(secret ? &env->plain : &env->secret, name);
    map_set(secret ? &env->secret : &env->plain, name, value);
    /* A short word or a path, forwarded, would blot out half of every message. */
    bool shy = env_looks_secret(name, value) || (strlen(value) >= 12 && value[0] != '/');
    if (secret && shy)
        log_secret(value);
}

const char *env_get(const struct env *env, const char *name)
{
    const char *value = map_get(&env->plain, name);
    return value ? value : map_get(&env->secret, name);
}

static void warn_once(struct strv *warnings, char *text)
{
    if (strv_has(warnings, text))
        free(text);
    else
        strv_take(warnings, text);
}

/* The value with its references replaced; *ret_used if there were any. */
static char *interpolate(const char *value, bool *ret_used, struct strv *warnings)
{
    struct str text = STR(LIMIT_SECRETS);
    while (*value) {
        struct reference ref;
        if (!reference_at(value, &ref)) {
            str_addc(&text, *value++);
            continue;
        }
        const char *host = getenv(ref.name);
        if (host && *host)
            str_addz(&text, host);
        else if (ref.fallback)
            str_add(&text, ref.fallback, ref.fallback_len);
        else if (!host)
            warn_once(
                warnings, mem_printf("env: ${%s} is not set on the host and has no default: empty",
                              ref.name));
        *ret_used = true;
        value += ref.len;
        free(ref.name);
    }
    return str_take(&text);
}

void env_add_all(
    struct env *env, const struct strv *entries, enum env_from from, struct strv *warnings)
{
    for (size_t i = 0; i < entries->n; i++) {
        const char *entry = entries->v[i];
        cleanup_free char *name = entry_name(entry);
        cleanup_free char *value = NULL;
        bool from_host = false;

        if (from == ENV_PROJECT && env_is_denied_to_projects(name)) {
            warn_once(warnings, mem_printf("env: %s is left out: a project may not set it", name));
            continue;
        }
        if (entry[strlen(name)] == '=') {
            value = from == ENV_PROJECT
                        ? mem_strdup(entry + strlen(name) + 1)
                        : interpolate(entry + strlen(name) + 1, &from_host, warnings);
        } else {
            value = mem_strdup(getenv(name));
            from_host = true;
        }
        if (value)
            env_set(env, name, value, from_host || env_looks_secret(name, value));
    }
}

void env_release(struct env *env)
{
    map_release(&env->plain);
    map_release(&env->secret);
}

void env_entries_read(struct schema *schema, const struct node *list, void *field)
{
    struct strv *entries = field;
    enum env_from from = schema->level == LEVEL_PROJECT ? ENV_PROJECT : ENV_PROFILE;
    if (!schema_is_list(schema, list))
        return;
    for (size_t i = 0; i < list->n; i++) {
        const struct node *item = &list->items[i];
        size_t mark = schema_enter_item(schema, i);
        cleanup_free char *why = NULL;
        if (item->kind != NODE_TEXT)
            schema_bad(
                schema, item, "must be KEY or KEY=value, not %s", node_kind_name(item->kind));
        else if (!env_entry_check(item->text, from, &why))
            schema_bad(schema, item, "%s", why);
        else
            strv_add(entries, item->text);
        schema_leave(schema, mark);
    }
}

json_t *env_entries_write(const void *field)
{
    return json_of_texts(field);
}
