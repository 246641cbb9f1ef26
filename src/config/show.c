/* show.c - see show.h. What the tables of settings describe is written by them. */
#include "config/show.h"

#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/mem.h"
#include "config/env.h"
#include "config/schema.h"

enum { SECRET_LEAST = 6 }; /* shorter ones would blot out ordinary words */

/* Text that others wrote need not be UTF-8, which JSON must be. */
static json_t *foreign_text(const char *text)
{
    if (!text)
        return json_null();
    if (text_is_utf8(text, strlen(text)))
        return json_string(text);
    cleanup_str struct str clean = STR(4 * (LIMIT_CLAUDE_MD + LIMIT_IMPORTS));
    for (const char *s = text; *s; s++) {
        size_t n = 1;
        while (n <= 4 && (strnlen(s, n) < n || !text_is_utf8(s, n)))
            n++;
        if (n > 4) {
            str_addf(&clean, "\\x%02x", (unsigned char)*s);
            continue;
        }
        str_add(&clean, s, n);
        s += n - 1;
    }
    return json_string(clean.s);
}

static json_t *show_texts(const struct strv *texts)
{
    json_t *list = json_array();
    for (size_t i = 0; i < texts->n; i++)
        json_array_append_new(list, foreign_text(texts->v[i]));
    return list;
}

static json_t *show_ports(const struct ports *ports)
{
    json_t *list = json_array();
    for (size_t i = 0; i < ports->n; i++) {
        const struct port *p = &ports->items[i];
        json_array_append_new(
            list, json_pack("{s:i,s:i,s:s,s:s?}", "host", p->host, "container", p->container,
                      "protocol", p->udp ? "udp" : "tcp", "hostIp", p->host_ip));
    }
    return list;
}

static json_t *show_env(const struct env *env, bool reveal)
{
    json_t *object = json_object();
    map_foreach (e, &env->plain)
        json_object_set_new(object, e->key, foreign_text(e->value));
    map_foreach (e, &env->secret)
        json_object_set_new(
            object, e->key, reveal ? foreign_text(e->value) : json_string(SHOW_MASK));
    return object;
}

static json_t *show_auth(const struct resolved *r)
{
    static const char *const found[] = {[AUTH_FOUND_NOTHING] = NULL,
        [AUTH_FOUND_KEY_ENV] = "keyEnv",
        [AUTH_FOUND_KEY_FILE] = "keyFile",
        [AUTH_FOUND_VARIABLE] = "env",
        [AUTH_FOUND_LOGIN] = "login",
        [AUTH_FOUND_HELPER] = "apiKeyHelper"};
    json_t *auth = schema_write_key(profile_settings, "auth", &r->profile);
    json_object_set_new(
        auth, "found", r->auth.found ? json_string(found[r->auth.found]) : json_null());
    return auth;
}

static json_t *show_workspace(const struct resolved *r)
{
    json_t *masks = json_array();
    for (size_t i = 0; i < r->masks.n; i++)
        json_array_append_new(masks, foreign_text(r->masks.items[i].path));
    return json_pack("{s:o,s:o}", "target", foreign_text(r->workspace_target), "mask", masks);
}

static json_t *show_project(const struct resolved *r)
{
    return json_pack("{s:o,s:s,s:o}", "dir", foreign_text(r->project.dir), "hash", r->project_hash,
        "configFile", foreign_text(r->project.file));
}

/* What of the profile is shown as it is. */
static void show_profile_keys(json_t *doc, const struct resolved *r)
{
    static const char *const keys[] = {"ssh", "isolation", "permissions", "resources", "mounts",
        "hardening", "caCertificates", "viewer", "compose"};
    for (size_t i = 0; i < array_size(keys); i++) {
        json_t *value = schema_write_key(profile_settings, keys[i], &r->profile);
        json_object_set_new(doc, keys[i], value ? value : json_null());
    }
}

json_t *show_json(const struct resolved *r, const char *merged_dir, bool reveal)
{
    json_t *bridge = bridge_write(&r->bridge);
    json_t *doc = json_object();

    json_object_set_new(doc, "profileName", json_string(r->profile.name));
    json_object_set_new(doc, "image", json_string(r->image.build ? "build" : r->image.reference));
    json_object_set_new(doc, "dockerfile", foreign_text(r->image.dockerfile));
    json_object_set_new(doc, "auth", show_auth(r));
    json_object_set_new(doc, "autoDetectMcp", json_boolean(r->auto_detect_mcp));
    json_object_set_new(
        doc, "state", json_string(r->state == STATE_PERSISTENT ? "persistent" : "ephemeral"));
    json_object_set_new(doc, "network", schema_write(network_settings, &r->network));
    json_object_set_new(doc, "ports", show_ports(&r->ports));
    json_object_set_new(doc, "services", services_write(&r->services));
    json_object_set_new(doc, "env", show_env(&r->env, reveal));
    json_object_set_new(doc, "init", show_texts(&r->init));
    json_object_set_new(doc, "plugins", show_texts(&r->plugins));
    json_object_set_new(doc, "mergedConfigDir", foreign_text(merged_dir));
    json_object_set_new(doc, "claudeArgs", show_texts(&r->claude_args));
    show_profile_keys(doc, r);
    json_object_set_new(doc, "workspace", show_workspace(r));
    json_object_set_new(doc, "bridge", bridge ? bridge : json_null());
    json_object_set_new(doc, "trusted", json_boolean(r->trust == TRUST_GIVEN));
    json_object_set_new(doc, "settings", json_deep_copy(r->seen_settings));
    json_object_set_new(doc, "claudeMd", foreign_text(r->seen_claude_md));
    json_object_set_new(doc, "project", show_project(r));
    json_object_set_new(doc, "warnings", show_texts(&r->warnings));
    if (!reveal)
        show_mask(doc, r);
    return doc;
}

/* The text with the secrets replaced; NULL where there are none in it. */
static char *masked(const char *text, const struct strv *secrets)
{
    char *result = NULL;
    for (size_t i = 0; i < secrets->n; i++) {
        const char *secret = secrets->v[i], *from = result ? result : text;
        if (!strstr(from, secret))
            continue;
        struct str out = STR(LIMIT_HTTP_ANSWER);
        for (const char *at; (at = strstr(from, secret)); from = at + strlen(secret)) {
            str_add(&out, from, (size_t)(at - from));
            str_addz(&out, SHOW_MASK);
        }
        str_addz(&out, from);
        free(result);
        result = str_take(&out);
    }
    return result;
}

/* Is the text under this key to go as a whole? A helper is a command that fetches a key. */
static bool is_secret(const char *key, const char *value)
{
    return *value && env_looks_secret(key ? key : "", value) &&
           !(key && (text_ends(key, "Helper") || strcmp(key, "keyEnv") == 0 ||
                        strcmp(key, "keyFile") == 0));
}

/* NAME=VALUE, as in a container's Env, with a name that looks secret: masked however short the
 * value is. NULL: it is none. */
static json_t *masked_variable(const char *text)
{
    size_t n = strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_0123456789");
    if (!n || text[n] != '=')
        return NULL;
    cleanup_free char *name = mem_strndup(text, n);
    return is_secret(name, text + n + 1) ? json_sprintf("%s=%s", name, SHOW_MASK) : NULL;
}

static json_t *masked_text(const char *key, const json_t *value, const struct strv *secrets)
{
    const char *text = json_string_value(value);
    if (is_secret(key, text))
        return json_string(SHOW_MASK);
    json_t *variable = key ? NULL : masked_variable(text);
    if (variable)
        return variable;
    cleanup_free char *other = masked(text, secrets);
    return other ? json_string(other) : NULL;
}

static void mask(json_t *json, const struct strv *secrets)
{
    const char *key;
    json_t *value, *other;
    size_t i;

    json_object_foreach(json, key, value)
    {
        if (json_is_string(value) && (other = masked_text(key, value, secrets)))
            json_object_set_new(json, key, other);
        else
            mask(value, secrets);
    }
    json_array_foreach(json, i, value)
    {
        if (json_is_string(value) && (other = masked_text(NULL, value, secrets)))
            json_array_set_new(json, i, other);
        else
            mask(value, secrets);
    }
}

void show_mask(json_t *json, const struct resolved *r)
{
    cleanup_strv struct strv secrets = {0};
    map_foreach (e, &r->env.secret)
        if (strlen(e->value) >= SECRET_LEAST)
            strv_add(&secrets, e->value);
    services_secrets(&r->services, &secrets);
    mask(json, &secrets);
}
