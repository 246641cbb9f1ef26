/* What lets Claude in: the key's sources, their order, and where a key file may lie. */
#include "config/home.h"
#include "config_fixture.h"

static int setup(void **state)
{
    int failed = fixture_setup(state);
    unsetenv("ANTHROPIC_API_KEY");
    unsetenv("T_KEY");
    return failed;
}

#define auth_test(f) cmocka_unit_test_setup_teardown(f, setup, fixture_teardown)

static void takes_the_variable_before_the_file(void **state)
{
    struct fixture *f = *state;
    put(f, "home/keys/k", "  key-from-file\n\n");
    put_profile(f, "auth: {keyEnv: T_KEY, keyFile: ~/.ccpod/keys/k}\n");
    resolve_ok(f);
    assert_int_equal(f->r.auth.found, AUTH_FOUND_KEY_FILE);
    assert_string_equal(map_get(&f->r.env.secret, "ANTHROPIC_API_KEY"), "key-from-file");
    setenv("T_KEY", "", 1);
    resolve_ok(f);
    assert_int_equal(f->r.auth.found, AUTH_FOUND_KEY_FILE);
    setenv("T_KEY", "key-from-env", 1);
    resolve_ok(f);
    assert_int_equal(f->r.auth.found, AUTH_FOUND_KEY_ENV);
    assert_string_equal(map_get(&f->r.env.secret, "ANTHROPIC_API_KEY"), "key-from-env");
}

static void keeps_the_order_of_keys(void **state)
{
    struct fixture *f = *state;
    setenv("T_KEY", "key-of-auth", 1);
    put_profile(f, "auth: {keyEnv: T_KEY}\nenv: [ANTHROPIC_API_KEY=key-of-profile]\n");
    resolve_ok(f);
    assert_string_equal(env_get(&f->r.env, "ANTHROPIC_API_KEY"), "key-of-auth");
    strv_add(&f->env, "ANTHROPIC_API_KEY=key-of-flag");
    resolve_ok(f);
    assert_string_equal(env_get(&f->r.env, "ANTHROPIC_API_KEY"), "key-of-flag");
    strv_release(&f->env);
    unsetenv("T_KEY");
    resolve_ok(f);
    assert_string_equal(env_get(&f->r.env, "ANTHROPIC_API_KEY"), "key-of-profile");
    assert_int_equal(f->r.auth.found, AUTH_FOUND_VARIABLE);
    /* Never in the list that stands in the create request. */
    assert_null(map_get(&f->r.env.plain, "ANTHROPIC_API_KEY"));
}

static void counts_other_variables_as_auth(void **state)
{
    struct fixture *f = *state;
    static const char *const names[] = {"ANTHROPIC_API_KEY", "ANTHROPIC_AUTH_TOKEN",
        "CLAUDE_CODE_OAUTH_TOKEN", "CLAUDE_CODE_USE_BEDROCK", "CLAUDE_CODE_USE_VERTEX",
        "CLAUDE_CODE_USE_FOUNDRY"};
    static const char *const types[] = {"api-key", "oauth"};
    f->flags.headless = true;
    for (size_t t = 0; t < array_size(types); t++)
        for (size_t i = 0; i < array_size(names); i++)
            for (int flag = 0; flag < 2; flag++) {
                cleanup_free char *entry = mem_printf("%s=1", names[i]);
                cleanup_free char *text =
                    mem_printf("auth: {type: %s}\nenv: [%s]\n", types[t], flag ? "" : entry);
                strv_release(&f->env);
                if (flag)
                    strv_add(&f->env, entry);
                put_profile(f, text);
                resolve_ok(f);
                assert_int_equal(f->r.auth.found, AUTH_FOUND_VARIABLE);
                assert_string_equal(f->r.auth.from, names[i]);
            }
    /* A project's never counts. */
    strv_release(&f->env);
    put_profile(f, "trustProjects: true\n");
    put_project(f, "env: [CLAUDE_CODE_USE_BEDROCK=1]\n");
    resolve_fails(f, "no API key");
}

static void says_what_is_missing(void **state)
{
    struct fixture *f = *state;
    put_profile(f, "auth: {keyEnv: T_KEY, keyFile: ~/.ccpod/none}\n");
    resolve_ok(f);
    assert_true(has_part(&f->r.warnings, "no API key: the variable T_KEY is not set, and there is "
                                         "no key in "));
    f->flags.headless = true;
    resolve_fails(f, "no API key: the variable T_KEY is not set");
    assert_int_equal(f->err.exit_code, EXIT_CODE_FAILED);
    put_profile(f, "auth: {type: oauth}\n");
    resolve_fails(f, "the profile default has no login");
    assert_non_null(strstr(f->err.hint, "CLAUDE_CODE_OAUTH_TOKEN"));
    f->flags.headless = false;
    resolve_ok(f);
    assert_int_equal(f->r.warnings.n, 0);
}

static void knows_a_login_and_a_helper(void **state)
{
    struct fixture *f = *state;
    put_profile(f, "auth: {type: oauth}\n");
    f->flags.headless = true;
    put(f, "home/credentials/default/.credentials.json",
        "{\"claudeAiOauth\":{\"accessToken\":\"a\",\"refreshToken\":\"\",\"expiresAt\":1}}");
    resolve_fails(f, "has no login");
    put(f, "home/credentials/default/.credentials.json",
        "{\"claudeAiOauth\":{\"accessToken\":\"a\",\"refreshToken\":\"r\",\"expiresAt\":1}}");
    resolve_ok(f);
    assert_int_equal(f->r.auth.found, AUTH_FOUND_LOGIN);
    drop(f, "home/credentials");
    put(f, "home/profiles/default/config/settings.json", "{\"apiKeyHelper\":\"~/key.sh\"}");
    resolve_ok(f);
    assert_int_equal(f->r.auth.found, AUTH_FOUND_HELPER);
}

static void the_key_file_lies_in_the_home(void **state)
{
    struct fixture *f = *state;
    put(f, "outside/key", "stolen");
    put(f, "home/real/key", "mine");
    put_profile(f, "auth: {keyEnv: T_KEY, keyFile: ~/.ccpod/keys/k}\n");
    put_link(f, "home/keys/k", "../real/key");
    resolve_ok(f);
    assert_string_equal(env_get(&f->r.env, "ANTHROPIC_API_KEY"), "mine");
    put_link(f, "home/keys/k", "../../outside/key");
    resolve_fails(f, "auth.keyFile: ");
    assert_non_null(strstr(f->err.text, "leads out of"));
    assert_null(strstr(f->err.text, "stolen"));
    drop(f, "home/keys");
    put_link(f, "home/keys", "../outside");
    put(f, "outside/k", "stolen");
    resolve_fails(f, "leads out of");

    drop(f, "home/keys");
    put(f, "home/keys/k", "two\nlines");
    resolve_fails(f, "holds more than one line");
    drop(f, "home/keys/k");
    put(f, "home/keys/k/dir", "");
    resolve_fails(f, "not a regular file");
    drop(f, "home/keys/k");
    put(f, "home/keys/k", " \n");
    resolve_ok(f);
    assert_int_equal(f->r.auth.found, AUTH_FOUND_NOTHING);

    /* A home that is itself a link is resolved first. */
    put(f, "home/keys/k", "mine");
    put_link(f, "home-link", "home");
    cleanup_free char *link = path_join(f->root, "home-link");
    setenv("CCPOD_HOME", link, 1);
    home_release(&f->home);
    assert_true(home_find(&f->home, &f->err));
    resolve_ok(f);
    assert_int_equal(f->r.auth.found, AUTH_FOUND_KEY_FILE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        auth_test(takes_the_variable_before_the_file),
        auth_test(keeps_the_order_of_keys),
        auth_test(counts_other_variables_as_auth),
        auth_test(says_what_is_missing),
        auth_test(knows_a_login_and_a_helper),
        auth_test(the_key_file_lies_in_the_home),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
