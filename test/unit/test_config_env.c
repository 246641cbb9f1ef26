/* env entries: forms, interpolation, what a project may not set, what is secret. */
#include "config/env.h"
#include "config_fixture.h"

static void reset_env(void)
{
    setenv("T_SET", "value", 1);
    setenv("T_EMPTY", "", 1);
    unsetenv("T_UNSET");
}

/* The value an entry gives its name, or NULL. */
static const char *value_of(
    struct env *env, const char *entry, enum env_from from, struct strv *warnings)
{
    cleanup_strv struct strv entries = {0};
    cleanup_free char *name = mem_strndup(entry, strcspn(entry, "="));
    strv_add(&entries, entry);
    env_add_all(env, &entries, from, warnings);
    return env_get(env, name);
}

static void interpolates(void **state)
{
    (void)state;
    reset_env();
    /* clang-format off */
    static const struct {
        const char *entry, *value;
    } rows[] = {
        { "A=b", "b" },
        { "A=", "" },
        { "A=b=c", "b=c" },
        { "A=${T_SET}", "value" },
        { "A=x${T_SET}y${T_SET}", "xvalueyvalue" },
        { "A=${T_UNSET}", "" },
        { "A=${T_EMPTY}", "" },
        { "A=${T_UNSET:-d}", "d" },
        { "A=${T_EMPTY:-d}", "d" },
        { "A=${T_SET:-d}", "value" },
        { "A=${T_UNSET:-}", "" },
        { "A=${T_UNSET:-a b:-${T_SET}", "a b:-${T_SET" },
        { "A=${T_UNSET:-a}b}", "ab}" },
        { "A=$", "$" },
        { "A=$T_SET", "$T_SET" },
        { "A=$$", "$$" },
        { "A=${}", "${}" },
        { "A=${1X}", "${1X}" },
        { "A=${T_SET", "${T_SET" },
        { "A=${T_SET:d}", "${T_SET:d}" },
        { "A=${T_SET-d}", "${T_SET-d}" },
        { "A=${T-SET}", "${T-SET}" },
        { "A=${ T_SET}", "${ T_SET}" },
        { "A=$${T_SET}", "$value" },
        { "T_SET", "value" },
        { "T_EMPTY", "" },
    };
    /* clang-format on */
    for (size_t i = 0; i < array_size(rows); i++) {
        struct env env = {0};
        cleanup_strv struct strv warnings = {0};
        const char *value = value_of(&env, rows[i].entry, ENV_PROFILE, &warnings);
        assert_non_null(value);
        if (strcmp(value, rows[i].value) != 0)
            fail_msg("%s: \"%s\", not \"%s\"", rows[i].entry, value, rows[i].value);
        env_release(&env);
    }
}

static void warns_once_of_what_is_not_set(void **state)
{
    (void)state;
    reset_env();
    struct env env = {0};
    cleanup_strv struct strv warnings = {0};
    value_of(&env, "A=${T_UNSET}${T_UNSET}", ENV_PROFILE, &warnings);
    value_of(&env, "B=${T_UNSET}", ENV_COMMAND_LINE, &warnings);
    value_of(&env, "C=${T_UNSET:-x}${T_EMPTY}", ENV_PROFILE, &warnings);
    assert_int_equal(warnings.n, 1);
    assert_non_null(strstr(warnings.v[0], "${T_UNSET} is not set"));
    assert_null(value_of(&env, "T_UNSET", ENV_PROFILE, &warnings));
    assert_int_equal(warnings.n, 1);
    env_release(&env);
}

static void later_entries_win_by_name(void **state)
{
    (void)state;
    reset_env();
    struct env env = {0};
    cleanup_strv struct strv warnings = {0};
    value_of(&env, "A=1", ENV_PROFILE, &warnings);
    assert_string_equal(value_of(&env, "A=2", ENV_PROJECT, &warnings), "2");
    assert_string_equal(value_of(&env, "A=${T_SET}", ENV_COMMAND_LINE, &warnings), "value");
    assert_null(map_get(&env.plain, "A"));
    assert_string_equal(value_of(&env, "A=3", ENV_COMMAND_LINE, &warnings), "3");
    assert_null(map_get(&env.secret, "A"));
    env_release(&env);
}

static void keeps_what_comes_from_the_host_apart(void **state)
{
    (void)state;
    reset_env();
    /* clang-format off */
    static const struct {
        const char *entry;
        bool secret;
    } rows[] = {
        { "A=b", false },
        { "EDITOR=vim", false },
        { "MONKEY=x", false },
        { "T_SET", true },
        { "A=x${T_SET}", true },
        { "A=${T_UNSET:-x}", true },
        { "GITHUB_TOKEN=abc", true },
        { "github_token=abc", true },
        { "API_KEY=abc", true },
        { "KEY=abc", true },
        { "DB_PASSWORD=abc", true },
        { "AUTHORIZATION=abc", true },
        { "A=sk-ant-api03-x", true },
        { "A=ghp_abcdef", true },
        { "DATABASE_URL=postgres://u:p@h/d", true },
        { "DATABASE_URL=postgres://h/d", false },
    };
    /* clang-format on */
    for (size_t i = 0; i < array_size(rows); i++) {
        struct env env = {0};
        cleanup_strv struct strv warnings = {0};
        value_of(&env, rows[i].entry, ENV_PROFILE, &warnings);
        if ((env.secret.n == 1) != rows[i].secret || env.plain.n + env.secret.n != 1)
            fail_msg("%s", rows[i].entry);
        env_release(&env);
    }
}

static void refuses_bad_entries(void **state)
{
    (void)state;
    /* clang-format off */
    static const struct {
        const char *entry;
        enum env_from from;
        bool ok;
    } rows[] = {
        { "A", ENV_PROFILE, true },
        { "_a1=", ENV_PROFILE, true },
        { "", ENV_PROFILE, false },
        { "=x", ENV_PROFILE, false },
        { "1A=x", ENV_PROFILE, false },
        { "A B=x", ENV_PROFILE, false },
        { "A-B=x", ENV_PROFILE, false },
        { "A\n=x", ENV_PROFILE, false },
        { "\xc3\xa9=x", ENV_PROFILE, false },
        { "A=${X}", ENV_PROFILE, true },
        { "A=${X}", ENV_COMMAND_LINE, true },
        { "A=${X}", ENV_PROJECT, false },
        { "A=a${X:-b}", ENV_PROJECT, false },
        { "A=$X ${1} ${", ENV_PROJECT, true },
        { "A", ENV_PROJECT, true },
    };
    /* clang-format on */
    for (size_t i = 0; i < array_size(rows); i++) {
        cleanup_free char *why = NULL;
        if (env_entry_check(rows[i].entry, rows[i].from, &why) != rows[i].ok || !why != rows[i].ok)
            fail_msg("%s", rows[i].entry);
    }
}

static void denies_a_project_what_steers_claude(void **state)
{
    (void)state;
    static const char *const denied[] = {"ANTHROPIC_API_KEY", "ANTHROPIC_BASE_URL", "anthropic_x",
        "Anthropic_Model", "CLAUDE_YOLO", "CLAUDE_CODE_USE_BEDROCK", "claude_config_dir",
        "HTTP_PROXY", "https_proxy", "ALL_PROXY", "No_Proxy", "FTP_PROXY", "NODE_OPTIONS",
        "NODE_EXTRA_CA_CERTS", "NODE_TLS_REJECT_UNAUTHORIZED", "NODE_PATH", "SSL_CERT_FILE",
        "SSL_CERT_DIR", "CURL_CA_BUNDLE", "REQUESTS_CA_BUNDLE", "LD_PRELOAD", "LD_LIBRARY_PATH",
        "LD_AUDIT", "PATH", "Path", "HOME", "BASH_ENV", "PUID", "PGID", "BRIDGE_CONFIG",
        "SIDECAR_CONFIG_DIR", "DOCKER_HOST", "SSH_AUTH_SOCK", "CCPOD_BYPASS", "ccpod_x",
        "BUN_OPTIONS", "bun_x", "GIT_SSH_COMMAND", "GIT_CONFIG_COUNT", "GLIBC_TUNABLES",
        "NPM_CONFIG_REGISTRY", "npm_config_prefix", "PYTHONPATH", "PYTHONSTARTUP", "PERL5LIB",
        "PERL5OPT", "RUBYOPT", "RUBYLIB", "BASH_FUNC_x", "ENV", "SHELL", "SHELLOPTS", "IFS",
        "IS_SANDBOX", "AWS_PROFILE", "GOOGLE_APPLICATION_CREDENTIALS", "OTEL_EXPORTER",
        "XDG_CONFIG_HOME", "TMPDIR", "SOCKS_PROXY", "MY_BASE_URL", "openai_base_url"};
    static const char *const allowed[] = {"FOO", "DATABASE_URL", "PATHS", "MY_PATH", "HOMEPAGE",
        "DEBUG", "PROXY", "BASE_URL", "NODE", "RAILS_ENV", "APP_ENV", "LDFLAGS", "GITHUB_REPO",
        "XANTHROPIC_KEY", "BUNDLE_PATH", "SHELLS", "AWSX", "TMP"};
    for (size_t i = 0; i < array_size(denied); i++)
        if (!env_is_denied_to_projects(denied[i]))
            fail_msg("%s is let in", denied[i]);
    for (size_t i = 0; i < array_size(allowed); i++)
        if (env_is_denied_to_projects(allowed[i]))
            fail_msg("%s is kept out", allowed[i]);

    struct env env = {0};
    cleanup_strv struct strv entries = {0}, warnings = {0};
    strv_add(&entries, "PATH=/evil");
    strv_add(&entries, "ANTHROPIC_API_KEY");
    strv_add(&entries, "FOO=bar");
    env_add_all(&env, &entries, ENV_PROJECT, &warnings);
    assert_int_equal(env.plain.n + env.secret.n, 1);
    assert_string_equal(env_get(&env, "FOO"), "bar");
    assert_int_equal(warnings.n, 2);
    assert_non_null(strstr(warnings.v[0], "PATH is left out"));
    env_release(&env);
    env_add_all(&env, &entries, ENV_PROFILE, &warnings);
    assert_string_equal(env_get(&env, "PATH"), "/evil");
    env_release(&env);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(interpolates),
        cmocka_unit_test(warns_once_of_what_is_not_set),
        cmocka_unit_test(later_entries_win_by_name),
        cmocka_unit_test(keeps_what_comes_from_the_host_apart),
        cmocka_unit_test(refuses_bad_entries),
        cmocka_unit_test(denies_a_project_what_steers_claude),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
