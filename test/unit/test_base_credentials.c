/* Which credentials are valid, which are newer, and what of .claude.json comes home. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/credentials.h"
#include "base/json.h"
#include "base/limits.h"
#include "base/mem.h"
#include "base/str.h"

#define NOW 1000000000000LL

static json_t *parse(const char *text, struct error *err)
{
    return credentials_parse(text, strlen(text), NOW, "file", err);
}

static json_t *valid(const char *text)
{
    cleanup_error struct error err = {0};
    json_t *json = parse(text, &err);
    if (!json)
        fail_msg("%s: %s", text, err.text);
    return json;
}

static json_t *any(const char *text)
{
    cleanup_error struct error err = {0};
    json_t *json = json_parse(text, strlen(text), "test", &err);
    if (!json)
        fail_msg("%s: %s", text, err.text);
    return json;
}

static void takes_what_is_valid(void **state)
{
    (void)state;
    static const char *const rows[] = {
        "{}",
        "{\"other\": 1}",
        "{\"claudeAiOauth\": {\"refreshToken\": \"r\"}}",
        "{\"claudeAiOauth\": {\"refreshToken\": \"r\", \"expiresAt\": 1000000000000}}",
        /* 400 days ahead, to the millisecond */
        "{\"claudeAiOauth\": {\"refreshToken\": \"r\", \"expiresAt\": 1034560000000}}",
        "{\"mcpOAuth\": {\"s\": {\"expiresAt\": 9000000000000}}}",
    };
    for (size_t i = 0; i < array_size(rows); i++) {
        cleanup_json json_t *json = valid(rows[i]);
        assert_non_null(json);
    }
}

static void refuses_what_is_not(void **state)
{
    (void)state;
    /* clang-format off */
    static const struct {
        const char *text, *why;
    } rows[] = {
        {"", "not a JSON object"},
        {"{", "not a JSON object"},
        {"[]", "not a JSON object"},
        {"\"text\"", "not a JSON object"},
        {"{\"a\": 1, \"a\": 2}", "not a JSON object"},
        {"{\"claudeAiOauth\": \"x\"}", "not an object"},
        {"{\"claudeAiOauth\": null}", "not an object"},
        {"{\"claudeAiOauth\": {}}", "logged out"},
        {"{\"claudeAiOauth\": {\"refreshToken\": \"\"}}", "logged out"},
        {"{\"claudeAiOauth\": {\"refreshToken\": null}}", "logged out"},
        {"{\"claudeAiOauth\": {\"refreshToken\": 7}}", "logged out"},
        {"{\"claudeAiOauth\": {\"refreshToken\": \"r\","
          " \"expiresAt\": 1034560000001}}", "400 days ahead"},
        {"{\"claudeAiOauth\": {\"refreshToken\": \"r\", \"expiresAt\": 1e18}}", "400 days ahead"},
        {"{\"mcpOAuth\": []}", "mcpOAuth: not an obj"},
    };
    /* clang-format on */
    for (size_t i = 0; i < array_size(rows); i++) {
        cleanup_error struct error err = {0};
        assert_null(parse(rows[i].text, &err));
        assert_non_null(strstr(err.text, rows[i].why));
    }
}

static void never_quotes_a_token(void **state)
{
    (void)state;
    cleanup_error struct error err = {0};
    assert_null(parse("{\"claudeAiOauth\": {\"refreshToken\": sk-secret}}", &err));
    assert_null(strstr(err.text, "sk-secret"));
}

static void has_a_maximum(void **state)
{
    (void)state;
    cleanup_str struct str s = STR(LIMIT_CREDENTIALS + 1);
    str_addz(&s, "{}");
    while (s.len < LIMIT_CREDENTIALS)
        str_addc(&s, ' ');
    cleanup_json json_t *json = valid(s.s);
    assert_non_null(json);

    cleanup_error struct error err = {0};
    str_addc(&s, ' ');
    assert_null(parse(s.s, &err));
    assert_non_null(strstr(err.text, "larger than"));
}

static void keeps_the_newer_of_each(void **state)
{
    (void)state;
    /* clang-format off */
    static const struct {
        const char *known, *found, *merged;
        enum login_choice choice;
    } rows[] = {
        /* a refreshed login comes home, an old one does not, the same time is taken */
        {"{\"claudeAiOauth\":{\"refreshToken\":\"a\",\"expiresAt\":5}}",
         "{\"claudeAiOauth\":{\"refreshToken\":\"b\",\"expiresAt\":6}}",
         "{\"claudeAiOauth\":{\"refreshToken\":\"b\",\"expiresAt\":6}}", LOGIN_LATER},
        {"{\"claudeAiOauth\":{\"refreshToken\":\"a\",\"expiresAt\":6}}",
         "{\"claudeAiOauth\":{\"refreshToken\":\"b\",\"expiresAt\":5}}",
         "{\"claudeAiOauth\":{\"refreshToken\":\"a\",\"expiresAt\":6}}", LOGIN_LATER},
        {"{\"claudeAiOauth\":{\"refreshToken\":\"a\",\"expiresAt\":5}}",
         "{\"claudeAiOauth\":{\"refreshToken\":\"b\",\"expiresAt\":5}}",
         "{\"claudeAiOauth\":{\"refreshToken\":\"b\",\"expiresAt\":5}}", LOGIN_LATER},
        /* another login wins in any case */
        {"{\"claudeAiOauth\":{\"refreshToken\":\"a\",\"expiresAt\":6}}",
         "{\"claudeAiOauth\":{\"refreshToken\":\"b\",\"expiresAt\":5}}",
         "{\"claudeAiOauth\":{\"refreshToken\":\"b\",\"expiresAt\":5}}", LOGIN_FOUND},
        /* and another that is known by now stays, whatever is found */
        {"{\"claudeAiOauth\":{\"refreshToken\":\"a\",\"expiresAt\":5}}",
         "{\"claudeAiOauth\":{\"refreshToken\":\"b\",\"expiresAt\":6},\"x\":1}",
         "{\"claudeAiOauth\":{\"refreshToken\":\"a\",\"expiresAt\":5},\"x\":1}", LOGIN_KNOWN},
        {"{}", "{\"claudeAiOauth\":{\"refreshToken\":\"a\"}}",
         "{\"claudeAiOauth\":{\"refreshToken\":\"a\"}}", LOGIN_KNOWN},
        /* login and servers each from the newer file */
        {"{\"claudeAiOauth\":{\"refreshToken\":\"a\",\"expiresAt\":6},\"mcpOAuth\":{\"s\":{\"expiresAt\":1}}}",
         "{\"claudeAiOauth\":{\"refreshToken\":\"b\",\"expiresAt\":5},\"mcpOAuth\":{\"s\":{\"expiresAt\":2}}}",
         "{\"claudeAiOauth\":{\"refreshToken\":\"a\",\"expiresAt\":6},\"mcpOAuth\":{\"s\":{\"expiresAt\":2}}}",
         LOGIN_LATER},
        /* server by server */
        {"{\"mcpOAuth\":{\"s\":{\"t\":\"old\",\"expiresAt\":9},\"u\":{\"expiresAt\":1}}}",
         "{\"mcpOAuth\":{\"s\":{\"t\":\"new\",\"expiresAt\":3},\"v\":{\"expiresAt\":2}}}",
         "{\"mcpOAuth\":{\"s\":{\"t\":\"old\",\"expiresAt\":9},\"u\":{\"expiresAt\":1},\"v\":{\"expiresAt\":2}}}",
         LOGIN_LATER},
        /* a server's time too far ahead counts as the latest allowed: the later file wins */
        {"{\"mcpOAuth\":{\"s\":{\"t\":\"a\",\"expiresAt\":9000000000000}}}",
         "{\"mcpOAuth\":{\"s\":{\"t\":\"b\",\"expiresAt\":8000000000000}}}",
         "{\"mcpOAuth\":{\"s\":{\"t\":\"b\",\"expiresAt\":8000000000000}}}", LOGIN_LATER},
        /* a file without a login comes home, and takes none away */
        {"{\"claudeAiOauth\":{\"refreshToken\":\"a\",\"expiresAt\":6},\"x\":1}", "{\"x\":2,\"y\":3}",
         "{\"claudeAiOauth\":{\"refreshToken\":\"a\",\"expiresAt\":6},\"x\":2,\"y\":3}", LOGIN_LATER},
        {"{}", "{\"claudeAiOauth\":{\"refreshToken\":\"a\"}}",
         "{\"claudeAiOauth\":{\"refreshToken\":\"a\"}}", LOGIN_LATER},
    };
    /* clang-format on */
    for (size_t i = 0; i < array_size(rows); i++) {
        cleanup_json json_t *known = valid(rows[i].known);
        cleanup_json json_t *found = valid(rows[i].found);
        cleanup_json json_t *merged = credentials_merge(known, found, rows[i].choice, NOW);
        cleanup_free char *text = json_line(merged);
        assert_string_equal(text, rows[i].merged);
    }
    cleanup_json json_t *found = valid("{\"a\": 1}");
    cleanup_json json_t *merged = credentials_merge(NULL, found, LOGIN_KNOWN, NOW);
    assert_true(json_equal(merged, found));
}

static void what_one_has_may_be_in_any_state(void **state)
{
    (void)state;
    /* clang-format off */
    static const char *const rows[] = {
        "[]",
        "{\"claudeAiOauth\":null,\"mcpOAuth\":[]}",
        "{\"claudeAiOauth\":{\"refreshToken\":\"\",\"expiresAt\":9}}",
        "{\"claudeAiOauth\":{\"refreshToken\":\"k\",\"expiresAt\":9000000000000}}",
    };
    /* clang-format on */
    for (size_t i = 0; i < array_size(rows); i++) {
        cleanup_json json_t *known = any(rows[i]);
        cleanup_json json_t *found =
            valid("{\"claudeAiOauth\":{\"refreshToken\":\"f\",\"expiresAt\":5},\"mcpOAuth\":{}}");
        cleanup_json json_t *merged = credentials_merge(known, found, LOGIN_LATER, NOW);
        assert_true(json_equal(merged, found));
    }
}

static void merging_changes_neither(void **state)
{
    (void)state;
    cleanup_json json_t *known = valid("{\"mcpOAuth\":{\"s\":{\"expiresAt\":1}}}");
    cleanup_json json_t *found = valid("{\"mcpOAuth\":{\"s\":{\"expiresAt\":2}}}");
    cleanup_json json_t *merged = credentials_merge(known, found, LOGIN_LATER, NOW);
    json_object_clear(json_at(merged, "mcpOAuth.s"));
    assert_int_equal(json_int_at(known, "mcpOAuth.s.expiresAt", -1), 1);
    assert_int_equal(json_int_at(found, "mcpOAuth.s.expiresAt", -1), 2);
}

/* {"x":"xxx..."}, so many bytes of it in a file. */
static void add_filler(json_t *json, const char *key, size_t n)
{
    cleanup_str struct str s = STR(LIMIT_CREDENTIALS);
    while (s.len < n)
        str_addc(&s, 'x');
    json_object_set_new(json, key, json_string(s.s));
}

static void the_largest_beside_a_login_is_left_out(void **state)
{
    (void)state;
    enum { K = 1024 };
    cleanup_json json_t *json =
        any("{\"a\":1,\"claudeAiOauth\":{\"refreshToken\":\"r\"},\"mcpOAuth\":{\"s\":{}}}");
    json_t *login = json_object_get(json, "claudeAiOauth");
    json_t *servers = json_object_get(json, "mcpOAuth");
    add_filler(login, "scopes", 500 * K);
    add_filler(json, "b", 300 * K);
    cleanup_json json_t *before = json_deep_copy(json);
    assert_false(credentials_fit(json));
    assert_true(json_equal(json, before));

    add_filler(json, "junk", 400 * K);
    add_filler(servers, "junk", 600 * K);
    assert_true(credentials_fit(json));
    assert_true(json_equal(json, before));

    add_filler(login, "scopes", LIMIT_CREDENTIALS_KEPT); /* then it stands alone */
    assert_true(credentials_fit(json));
    assert_int_equal(json_object_size(json), 2);
    assert_int_equal(json_object_size(servers), 0);
    assert_non_null(json_at(json, "claudeAiOauth.scopes"));
    assert_false(credentials_fit(NULL));
}

static void an_account_is_kept_before_all_else(void **state)
{
    (void)state;
    cleanup_json json_t *json = any("{\"oauthAccount\":{\"accountUuid\":\"me\"}}");
    cleanup_json json_t *before = json_deep_copy(json);
    add_filler(json, "customApiKeyResponses", LIMIT_CREDENTIALS_KEPT);
    assert_true(account_fit(json));
    assert_true(json_equal(json, before));
}

static void what_is_known_stays_out_where_it_would_be_too_large(void **state)
{
    (void)state;
    cleanup_json json_t *merged =
        any("{\"claudeAiOauth\":{\"refreshToken\":\"r\"},\"found\":1,\"known\":2}");
    cleanup_json json_t *found = any("{\"claudeAiOauth\":{\"refreshToken\":\"q\"},\"found\":1}");
    cleanup_json json_t *all = credentials_within_limit(merged, found);
    assert_true(json_equal(all, merged));

    add_filler(merged, "known", LIMIT_CREDENTIALS - 1);
    cleanup_json json_t *less = credentials_within_limit(merged, found);
    cleanup_free char *text = json_line(less);
    assert_string_equal(text, "{\"claudeAiOauth\":{\"refreshToken\":\"r\"},\"found\":1}");
}

static void tells_a_living_login(void **state)
{
    (void)state;
    /* clang-format off */
    static const struct {
        const char *text;
        bool has, lives;
    } rows[] = {
        {"{}", false, false},
        {"{\"claudeAiOauth\":{\"refreshToken\":\"\"}}", false, false},
        {"{\"claudeAiOauth\":{\"refreshToken\":\"a\"}}", true, true},
        {"{\"claudeAiOauth\":{\"refreshToken\":\"a\",\"refreshTokenExpiresAt\":1000000000000}}",
         true, false},
        {"{\"claudeAiOauth\":{\"refreshToken\":\"a\",\"refreshTokenExpiresAt\":1000000000001}}",
         true, true},
        /* the access token may have expired: it is refreshed */
        {"{\"claudeAiOauth\":{\"refreshToken\":\"a\",\"expiresAt\":1}}", true, true},
    };
    /* clang-format on */
    for (size_t i = 0; i < array_size(rows); i++) {
        cleanup_json json_t *json = any(rows[i].text);
        assert_int_equal(credentials_have_login(json), rows[i].has);
        assert_int_equal(credentials_live(json, NOW), rows[i].lives);
    }
    assert_false(credentials_have_login(NULL));
    assert_false(credentials_live(NULL, NOW));
}

static void a_time_too_far_ahead_is_not_the_latest(void **state)
{
    (void)state;
    /* clang-format off */
    static const struct {
        long long known, found; /* minutes ahead */
        bool is_found;
    } rows[] = {
        {399 * 1440, 480, true},
        {30 * 1440, 1, true},
        {399 * 1440, -1, false},     /* has expired: of no use to anybody */
        {480, 399 * 1440, false},
        {-1, 399 * 1440, true},
        {7 * 1440, 480, false},      /* the times of both are told */
        {365 * 1440, 366 * 1440, true},
        {366 * 1440, 365 * 1440, false},
    };
    /* clang-format on */
    for (size_t i = 0; i < array_size(rows); i++) {
        cleanup_json json_t *known = json_pack("{s{ss sI}}", "claudeAiOauth", "refreshToken",
            "known", "expiresAt", (json_int_t)(NOW + rows[i].known * 60000));
        cleanup_json json_t *found = json_pack("{s{ss sI}}", "claudeAiOauth", "refreshToken",
            "found", "expiresAt", (json_int_t)(NOW + rows[i].found * 60000));
        cleanup_json json_t *merged = credentials_merge(known, found, LOGIN_LATER, NOW);
        assert_true(json_equal(merged, rows[i].is_found ? found : known));
        assert_int_equal(login_is_far(known, NOW), rows[i].known > 7LL * 1440);
    }
}

static void tells_what_a_login_descends_from(void **state)
{
    (void)state;
    /* clang-format off */
    static const struct {
        const char *line, *known, *found;
        bool descends;
    } rows[] = {
        {"[\"a\"]", "a", "b", true},              /* made from it, and not noted yet */
        {"[\"a\",\"b\"]", "a", "b", true},
        {"[\"a\",\"b\",\"c\"]", "a", "c", true},
        {"[\"a\",\"b\"]", "b", "a", false},       /* an old one is no news */
        {"[\"a\",\"b\"]", "b", "b", false},
        {"[\"a\",\"b\"]", "other", "b", false},   /* renewed elsewhere */
        {"[7,null,\"a\"]", "a", "b", true},
        {"{\"a\":1}", "a", "b", false},
        {"[]", "a", "b", false},
    };
    /* clang-format on */
    for (size_t i = 0; i < array_size(rows); i++) {
        cleanup_json json_t *line = any(rows[i].line);
        cleanup_json json_t *known = json_pack(
            "{s{ss sI}}", "claudeAiOauth", "refreshToken", rows[i].known, "expiresAt", NOW + 9);
        cleanup_json json_t *found = json_pack(
            "{s{ss sI}}", "claudeAiOauth", "refreshToken", rows[i].found, "expiresAt", NOW + 1);
        assert_int_equal(login_descends(line, known, found, NOW), rows[i].descends);
        assert_false(login_descends(line, known, found, NOW + 1)); /* has expired */
        assert_false(login_descends(line, NULL, found, NOW));
        assert_false(login_descends(line, known, NULL, NOW));
        assert_false(login_descends(NULL, known, found, NOW));
    }
}

static void a_line_of_logins_has_each_once_and_a_maximum(void **state)
{
    (void)state;
    cleanup_json json_t *line = json_array();
    for (int i = 0; i < LOGIN_LINE_MOST + 3; i++) {
        char token[] = {(char)('a' + i), '\0'};
        cleanup_json json_t *login = json_pack("{s{ss}}", "claudeAiOauth", "refreshToken", token);
        login_line_add(line, login);
    }
    assert_int_equal(json_array_size(line), LOGIN_LINE_MOST);
    cleanup_json json_t *d = any("{\"claudeAiOauth\":{\"refreshToken\":\"d\"}}");
    assert_string_equal(json_string_value(json_array_get(line, 0)), "d");
    login_line_add(line, d);
    login_line_add(line, NULL);
    assert_int_equal(json_array_size(line), LOGIN_LINE_MOST);
    assert_string_equal(json_string_value(json_array_get(line, LOGIN_LINE_MOST - 1)), "d");
}

static void tells_another_login(void **state)
{
    (void)state;
    cleanup_json json_t *a = any("{\"claudeAiOauth\":{\"refreshToken\":\"a\"}}");
    cleanup_json json_t *b = any("{\"claudeAiOauth\":{\"refreshToken\":\"b\"}}");
    cleanup_json json_t *me = any("{\"oauthAccount\":{\"accountUuid\":\"me\"}}");
    cleanup_json json_t *you = any("{\"oauthAccount\":{\"accountUuid\":\"you\"}}");

    assert_true(login_is_other(a, me, b, you));
    assert_false(login_is_other(a, me, b, me));  /* refreshed */
    assert_false(login_is_other(a, me, a, you)); /* the account file alone has changed */
    assert_false(login_is_other(a, NULL, b, you));
    assert_false(login_is_other(a, me, b, NULL));
    assert_false(login_is_other(NULL, me, b, you));
}

static void tells_an_outdated_account(void **state)
{
    (void)state;
    cleanup_json json_t *me = any("{\"oauthAccount\":{\"accountUuid\":\"me\"}}");
    cleanup_json json_t *you = any("{\"oauthAccount\":{\"accountUuid\":\"you\"}}");
    cleanup_json json_t *she = any("{\"oauthAccount\":{\"accountUuid\":\"she\"}}");

    assert_true(account_is_outdated(you, me, me));   /* logged in elsewhere */
    assert_false(account_is_outdated(me, me, you));  /* logged in there */
    assert_false(account_is_outdated(you, me, she)); /* both: the later one counts */
    assert_false(account_is_outdated(me, me, me));
    assert_false(account_is_outdated(NULL, me, me));
    assert_false(account_is_outdated(you, NULL, me));
    assert_false(account_is_outdated(you, me, NULL));
}

static void takes_the_account_alone(void **state)
{
    (void)state;
    cleanup_json json_t *json =
        any("{\"userID\":\"u\",\"mcpServers\":{\"evil\":{}},\"theme\":7,\"hasCompletedOnboarding\":"
            "false,"
            "\"oauthAccount\":{\"accountUuid\":\"me\"},\"customApiKeyResponses\":[],"
            "\"migrationVersion\":3,"
            "\"projects\":{\"/workspace\":{\"allowedTools\":[\"x\"]},\"/other\":7}}");
    cleanup_json json_t *part = account_part(json);
    cleanup_free char *text = json_line(part);
    assert_string_equal(text, "{\"oauthAccount\":{\"accountUuid\":\"me\"},\"userID\":\"u\","
                              "\"hasCompletedOnboarding\":false,\"migrationVersion\":3}");

    cleanup_json json_t *project = account_project(json, "/workspace");
    cleanup_free char *line = json_line(project);
    assert_string_equal(line, "{\"allowedTools\":[\"x\"]}");
    assert_null(account_project(json, "/other"));
    assert_null(account_project(json, "/nowhere"));
    cleanup_json json_t *empty = account_part(NULL);
    assert_int_equal(json_object_size(empty), 0);
}

static void puts_a_project_back(void **state)
{
    (void)state;
    static const struct {
        const char *claude, *becomes;
    } rows[] = {
        {"{}",                                         "{\"projects\":{\"/w\":{\"a\":1}}}"                },
        {"{\"theme\":\"x\",\"projects\":7}",           "{\"theme\":\"x\",\"projects\":{\"/w\":{\"a\":1}}}"},
        {"{\"projects\":{\"/w\":{\"b\":2},\"/v\":3}}",
         "{\"projects\":{\"/w\":{\"a\":1},\"/v\":3}}"                                                     },
    };
    cleanup_json json_t *entry = any("{\"a\":1}");
    for (size_t i = 0; i < array_size(rows); i++) {
        cleanup_json json_t *claude = any(rows[i].claude);
        account_put_project(claude, "/w", entry);
        cleanup_free char *text = json_line(claude);
        assert_string_equal(text, rows[i].becomes);
        cleanup_json json_t *again = account_project(claude, "/w");
        assert_true(json_equal(again, entry) && again != entry);
    }
}

static void account_file_is_an_object(void **state)
{
    (void)state;
    cleanup_error struct error err = {0};
    cleanup_json json_t *json = account_parse("{\"a\":1}", 7, "file", &err);
    assert_non_null(json);
    assert_null(account_parse("[]", 2, "file", &err));
    assert_non_null(strstr(err.text, "file: not a JSON object"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(takes_what_is_valid),
        cmocka_unit_test(refuses_what_is_not),
        cmocka_unit_test(never_quotes_a_token),
        cmocka_unit_test(has_a_maximum),
        cmocka_unit_test(keeps_the_newer_of_each),
        cmocka_unit_test(what_one_has_may_be_in_any_state),
        cmocka_unit_test(merging_changes_neither),
        cmocka_unit_test(the_largest_beside_a_login_is_left_out),
        cmocka_unit_test(an_account_is_kept_before_all_else),
        cmocka_unit_test(what_is_known_stays_out_where_it_would_be_too_large),
        cmocka_unit_test(tells_a_living_login),
        cmocka_unit_test(a_time_too_far_ahead_is_not_the_latest),
        cmocka_unit_test(tells_what_a_login_descends_from),
        cmocka_unit_test(a_line_of_logins_has_each_once_and_a_maximum),
        cmocka_unit_test(tells_another_login),
        cmocka_unit_test(tells_an_outdated_account),
        cmocka_unit_test(takes_the_account_alone),
        cmocka_unit_test(puts_a_project_back),
        cmocka_unit_test(account_file_is_an_object),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
