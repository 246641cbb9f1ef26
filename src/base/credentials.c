/* credentials.c - see credentials.h. */
#include "base/credentials.h"

#include <limits.h>
#include <stdint.h>
#include <string.h>

#include "base/json.h"
#include "base/limits.h"
#include "base/mem.h"

static const char login_key[] = "claudeAiOauth";
static const char servers_key[] = "mcpOAuth";

static long long days_ahead(long long now_ms, int days)
{
    return now_ms + days * 24LL * 3600 * 1000;
}

static long long latest(long long now_ms)
{
    return days_ahead(now_ms, CREDENTIALS_DAYS_AHEAD);
}

/* Times are whole milliseconds; some writers leave a fraction. Anything else counts as long ago. */
static long long time_at(const json_t *json, const char *key)
{
    const json_t *at = json_object_get(json, key);
    if (json_is_integer(at))
        return json_integer_value(at);
    double real = json_is_real(at) ? json_real_value(at) : 0;
    return real > 0 && real < 9e18 ? (long long)real : 0;
}

static const char *refresh_token(const json_t *credentials)
{
    const char *token =
        json_string_value(json_object_get(json_object_get(credentials, login_key), "refreshToken"));
    return token && *token ? token : NULL;
}

static json_t *parse_object(const char *text, size_t n, const char *name, struct error *err)
{
    if (n > LIMIT_CREDENTIALS) {
        error_set(err, "%s: larger than %d bytes", name, LIMIT_CREDENTIALS);
        return NULL;
    }
    /* The parser's own message quotes the text near the mistake, which may be a token. */
    cleanup_error struct error quoting = {0};
    cleanup_json json_t *json = json_parse(text, n, name, &quoting);
    if (!json_is_object(json)) {
        error_set(err, "%s: not a JSON object", name);
        return NULL;
    }
    return take(json);
}

static bool check_login(
    const json_t *credentials, long long now_ms, const char *name, struct error *err)
{
    const json_t *login = json_object_get(credentials, login_key);
    if (!login)
        return true;
    if (!json_is_object(login))
        return error_set(err, "%s: %s: not an object", name, login_key);
    if (!refresh_token(credentials))
        return error_set(err, "%s: %s: no refreshToken: logged out", name, login_key);
    if (time_at(login, "expiresAt") > latest(now_ms))
        return error_set(err, "%s: %s: expiresAt: more than %d days ahead", name, login_key,
            CREDENTIALS_DAYS_AHEAD);
    return true;
}

json_t *credentials_parse(
    const char *text, size_t n, long long now_ms, const char *name, struct error *err)
{
    cleanup_json json_t *json = parse_object(text, n, name, err);
    if (!json || !check_login(json, now_ms, name, err))
        return NULL;
    const json_t *servers = json_object_get(json, servers_key);
    if (servers && !json_is_object(servers)) {
        error_set(err, "%s: %s: not an object", name, servers_key);
        return NULL;
    }
    return take(json);
}

/* An MCP server may hand out tokens that live for years, so a time too far ahead is no reason to
 * refuse one. It counts as the latest that is allowed, and the later file wins. */
static long long server_time(const json_t *server, long long now_ms)
{
    long long t = time_at(server, "expiresAt");
    return t < latest(now_ms) ? t : latest(now_ms);
}

static json_t *merge_servers(const json_t *known, const json_t *found, long long now_ms)
{
    json_t *merged = json_deep_copy(known);
    const char *name;
    json_t *server;

    json_object_foreach((json_t *)(uintptr_t)found, name, server)
    {
        const json_t *old = json_object_get(known, name);
        if (!old || server_time(server, now_ms) >= server_time(old, now_ms))
            json_object_set_new(merged, name, json_deep_copy(server));
    }
    return merged;
}

/* When the login of `known` expires; before all others where it could not be taken itself. */
static long long known_time(const json_t *known, long long now_ms)
{
    cleanup_error struct error ignored = {0};
    const json_t *login = json_object_get(known, login_key);
    return login && check_login(known, now_ms, "", &ignored) ? time_at(login, "expiresAt")
                                                             : LLONG_MIN;
}

/* Of two that are both far, or both not, the times can be compared. */
static bool is_later(long long found, long long known, long long now_ms)
{
    long long far = days_ahead(now_ms, CREDENTIALS_DAYS_LATER);
    if ((found > far) == (known > far))
        return found >= known;
    return found > far ? now_ms >= known : found >= now_ms;
}

/* Is the login in `found` to replace the one in `known`, if there is one? */
static bool is_chosen(
    enum login_choice choice, const json_t *known, const json_t *found_login, long long now_ms)
{
    long long mine = known_time(known, now_ms);
    if (choice == LOGIN_KNOWN)
        return mine == LLONG_MIN;
    return choice == LOGIN_FOUND || is_later(time_at(found_login, "expiresAt"), mine, now_ms);
}

json_t *credentials_merge(
    const json_t *known, const json_t *found, enum login_choice choice, long long now_ms)
{
    if (!json_is_object(known))
        return json_deep_copy(found);

    json_t *merged = json_deep_copy(known);
    const json_t *servers = json_object_get(known, servers_key);
    const char *key;
    json_t *value;

    json_object_foreach((json_t *)(uintptr_t)found, key, value)
    {
        if (strcmp(key, login_key) == 0) {
            if (is_chosen(choice, known, value, now_ms))
                json_object_set_new(merged, key, json_deep_copy(value));
        } else if (strcmp(key, servers_key) == 0 && json_is_object(servers)) {
            json_object_set_new(merged, key, merge_servers(servers, value, now_ms));
        } else {
            json_object_set_new(merged, key, json_deep_copy(value));
        }
    }
    return merged;
}

bool credentials_have_login(const json_t *credentials)
{
    return refresh_token(credentials) != NULL;
}

bool credentials_live(const json_t *credentials, long long now_ms)
{
    const json_t *login = json_object_get(credentials, login_key);
    if (!refresh_token(credentials))
        return false;
    const json_t *end = json_object_get(login, "refreshTokenExpiresAt");
    return !json_is_number(end) || time_at(login, "refreshTokenExpiresAt") > now_ms;
}

/* Do both tell an account, and not the same one? */
static bool account_is_other(const json_t *known, const json_t *found)
{
    const char *old_id = json_text_at(known, "oauthAccount.accountUuid");
    const char *new_id = json_text_at(found, "oauthAccount.accountUuid");
    return old_id && new_id && strcmp(old_id, new_id) != 0;
}

bool login_is_other(const json_t *known, const json_t *known_account, const json_t *found,
    const json_t *found_account)
{
    const char *old_token = refresh_token(known), *new_token = refresh_token(found);
    return old_token && new_token && strcmp(old_token, new_token) != 0 &&
           account_is_other(known_account, found_account);
}

bool login_is_same(const json_t *a, const json_t *b)
{
    const char *one = refresh_token(a), *two = refresh_token(b);
    return one && two && strcmp(one, two) == 0;
}

bool login_is_far(const json_t *credentials, long long now_ms)
{
    return time_at(json_object_get(credentials, login_key), "expiresAt") >
           days_ahead(now_ms, CREDENTIALS_DAYS_LATER);
}

/* Its place in the line; -1: it has none. */
static long long place(const json_t *line, const char *token)
{
    for (size_t i = 0; token && i < json_array_size(line); i++) {
        const char *each = json_string_value(json_array_get(line, i));
        if (each && strcmp(each, token) == 0)
            return (long long)i;
    }
    return -1;
}

void login_line_add(json_t *line, const json_t *credentials)
{
    const char *token = refresh_token(credentials);
    if (!token)
        return;
    long long before = place(line, token);
    if (before >= 0)
        json_array_remove(line, (size_t)before);
    json_array_append_new(line, json_string(token));
    if (json_array_size(line) > LOGIN_LINE_MOST)
        json_array_remove(line, 0);
}

bool login_descends(const json_t *line, const json_t *known, const json_t *found, long long now_ms)
{
    const char *token = refresh_token(found);
    long long from = place(line, refresh_token(known)), to = place(line, token);
    return token && from >= 0 && (to < 0 || to > from) &&
           time_at(json_object_get(found, login_key), "expiresAt") > now_ms;
}

bool account_is_outdated(const json_t *known, const json_t *given, const json_t *found)
{
    return account_is_other(known, found) && account_is_other(known, given) &&
           !account_is_other(given, found);
}

json_t *account_parse(const char *text, size_t n, const char *name, struct error *err)
{
    return parse_object(text, n, name, err);
}

json_t *account_part(const json_t *claude_json)
{
    static const struct {
        const char *key;
        json_type type; /* JSON_TRUE: either truth value */
    } rows[] = {
        {"oauthAccount",           JSON_OBJECT },
        {"userID",                 JSON_STRING },
        {"hasCompletedOnboarding", JSON_TRUE   },
        {"lastOnboardingVersion",  JSON_STRING },
        {"migrationVersion",       JSON_INTEGER},
        {"theme",                  JSON_STRING },
        {"customApiKeyResponses",  JSON_OBJECT },
    };
    json_t *part = json_object();

    for (size_t i = 0; i < array_size(rows); i++) {
        json_t *value = json_object_get(claude_json, rows[i].key);
        bool fits = value && (json_typeof(value) == rows[i].type ||
                                 (rows[i].type == JSON_TRUE && json_is_false(value)));
        if (fits)
            json_object_set_new(part, rows[i].key, json_deep_copy(value));
    }
    return part;
}

json_t *account_project(const json_t *claude_json, const char *workspace)
{
    const json_t *project = json_object_get(json_object_get(claude_json, "projects"), workspace);
    return json_is_object(project) ? json_deep_copy(project) : NULL;
}

void account_put_project(json_t *claude_json, const char *workspace, const json_t *entry)
{
    json_t *projects = json_object_get(claude_json, "projects");
    if (!json_is_object(projects)) {
        projects = json_object();
        json_object_set_new(claude_json, "projects", projects);
    }
    json_object_set_new(projects, workspace, json_deep_copy(entry));
}
