/* `config show` and `config validate`: the documented keys, secrets masked, all errors at once. */
#include "config/show.h"
#include "config/validate.h"
#include "config/yaml.h"
#include "config_fixture.h"

static json_t *shown(struct fixture *f, bool reveal)
{
    resolve_ok(f);
    return show_json(&f->r, "/merged", reveal);
}

static void has_the_documented_keys(void **state)
{
    struct fixture *f = *state;
    static const char *const keys[] = {"profileName", "image", "dockerfile", "auth",
        "autoDetectMcp", "state", "ssh", "network", "ports", "services", "env", "init", "plugins",
        "mergedConfigDir", "claudeArgs", "isolation", "permissions", "resources", "workspace",
        "trusted", "settings", "claudeMd", "project", "warnings"};
    put_profile(f, "");
    json_t *doc = shown(f, false);
    for (size_t i = 0; i < array_size(keys); i++)
        if (!json_object_get(doc, keys[i]))
            fail_msg("no %s", keys[i]);
    json_t *project = json_object_get(doc, "project");
    assert_string_equal(json_string_value(json_object_get(project, "dir")), f->project);
    assert_string_equal(json_string_value(json_object_get(project, "hash")), f->r.project_hash);
    assert_true(json_is_null(json_object_get(project, "configFile")));
    assert_true(json_is_false(json_object_get(doc, "trusted")));
    json_decref(doc);
}

static void shows_ports_field_by_field(void **state)
{
    struct fixture *f = *state;
    put_profile(f, "ports: {list: ['127.0.0.1:80:81/udp', 90]}\n");
    json_t *doc = shown(f, false);
    cleanup_free char *ports = json_dumps(json_object_get(doc, "ports"), JSON_COMPACT);
    assert_string_equal(ports,
        "[{\"host\":80,\"container\":81,\"protocol\":\"udp\",\"hostIp\":\"127.0.0.1\"},"
        "{\"host\":90,\"container\":90,\"protocol\":\"tcp\",\"hostIp\":null}]");
    json_decref(doc);
}

static void masks_secrets_wherever_they_stand(void **state)
{
    struct fixture *f = *state;
    static const char *const secrets[] = {"forwarded-value-1", "literal-token-2", "in-service-3",
        "in-settings-4", "test-key-0123456789", "sk-ant-in-a-list"};
    setenv("T_FORWARDED", "forwarded-value-1", 1);
    put_profile(f, "env: [T_FORWARDED, 'MY_TOKEN=literal-token-2', PLAIN=visible]\n"
                   "claudeArgs: ['--x=forwarded-value-1', sk-ant-in-a-list]\n"
                   "services: {db: {image: x, env: {DB_PASSWORD: in-service-3, NAME: visible}}}\n");
    put(f, "home/profiles/default/config/settings.json",
        "{\"env\":{\"API_TOKEN\":\"in-settings-4\"},\"apiKeyHelper\":\"~/helper.sh\"}");
    put(f, "home/profiles/default/config/CLAUDE.md", "the value is forwarded-value-1\n");
    json_t *doc = shown(f, false), *all = shown(f, true);
    cleanup_free char *masked = json_dumps(doc, 0), *open = json_dumps(all, 0);
    cleanup_free char *yaml = show_yaml(doc);
    for (size_t i = 0; i < array_size(secrets); i++) {
        if (strstr(masked, secrets[i]) || strstr(yaml, secrets[i]))
            fail_msg("%s is shown", secrets[i]);
        if (!strstr(open, secrets[i]))
            fail_msg("%s is not revealed", secrets[i]);
    }
    assert_non_null(strstr(masked, "\"PLAIN\": \"visible\""));
    assert_non_null(strstr(masked, "\"NAME\": \"visible\""));
    assert_non_null(strstr(masked, "~/helper.sh"));
    assert_non_null(strstr(masked, "\"keyEnv\": \"ANTHROPIC_API_KEY\""));
    json_decref(doc);
    json_decref(all);
}

/* A JSON value as our own reader sees it in YAML. */
static void same(const json_t *json, const struct node *node, const char *yaml)
{
    const char *key;
    json_t *value;
    size_t i;

    if (json_is_object(json)) {
        assert_int_equal(node->kind, NODE_MAP);
        assert_int_equal(json_object_size(json), node->n);
        json_object_foreach((json_t *)(uintptr_t)json, key, value)
        {
            const struct node *other = node_get(node, key);
            if (!other)
                fail_msg("%s is lost in\n%s", key, yaml);
            same(value, other, yaml);
        }
    } else if (json_is_array(json)) {
        assert_int_equal(node->kind, NODE_LIST);
        assert_int_equal(json_array_size(json), node->n);
        json_array_foreach(json, i, value)
        {
            same(value, &node->items[i], yaml);
        }
    } else if (json_is_string(json)) {
        if (node->kind != NODE_TEXT || strcmp(node->text, json_string_value(json)) != 0)
            fail_msg("\"%s\" became \"%s\" in\n%s", json_string_value(json), node->text, yaml);
    } else {
        assert_true(node->kind != NODE_TEXT && node->kind != NODE_LIST);
    }
}

static void writes_yaml_that_reads_back(void **state)
{
    (void)state;
    static const char *const texts[] = {"", " ", "a", "a b", "a: b", "a:", "a #b", "#a", "- a", "-",
        "?", "? a", "[a", "{a", "&a", "*a", "!a", "|", ">", "%a", "@a", "`a", "'a'", "\"a\"", "a'b",
        "null", "~", "true", "yes", "No", "on", "1", "1.5", "0x1", "1e3", "5432:5432", "12:30",
        "a\nb", "a\nb\n", "a\nb\n\n", "\na", " a\nb", "a\n  b\n c", "a \nb", "a\tb", "\ta",
        "a\n\tb\n", "a\r\nb", "\x1b[2J", "\x7f", "\xc2\x9b", "\xe2\x80\xae", "\xc3\xa9",
        "\xf0\x9f\x98\x80", "a\\nb", "/x,y", "=", "<<", "---", "...", "a\n---\nb\n",
        ("\xef\xbb\xbf"
         "a"),
        "# a\n# b\n"};
    json_t *doc = json_object(), *list = json_array();
    for (size_t i = 0; i < array_size(texts); i++) {
        json_object_set_new(doc, texts[i], json_string(texts[i]));
        json_array_append_new(list, json_string(texts[i]));
    }
    json_object_set_new(doc, "list of it", list);
    json_object_set_new(
        doc, "nested", json_pack("[{s:[[i,b],[]],s:{}},[[s]],n]", "a", 1, 1, "b", "x\ny\n"));
    cleanup_free char *yaml = show_yaml(doc);
    cleanup_node struct node root = {0};
    struct diag diag;
    struct error err = {0};
    diag_init(&diag, "shown");
    if (!yaml_parse(yaml, strlen(yaml), &root, &diag) && !diag_error(&diag, &err))
        fail_msg("%s\n%s", err.text, yaml);
    same(doc, &root, yaml);
    for (const char *s = yaml; *s; s++)
        assert_true((unsigned char)*s >= 0x20 || *s == '\n');
    assert_null(strstr(yaml, "\xe2\x80\xae"));
    diag_release(&diag);
    json_decref(doc);
}

static void survives_text_that_is_not_utf8(void **state)
{
    struct fixture *f = *state;
    put_profile(f, "");
    put(f, "project/CLAUDE.md", "bad \xff\xfe \xc3\xa9 end\xc3");
    json_t *doc = shown(f, false);
    assert_string_equal(
        json_string_value(json_object_get(doc, "claudeMd")), "bad \\xff\\xfe \xc3\xa9 end\\xc3");
    json_decref(doc);
}

static bool validate_now(struct fixture *f, struct strv *warnings)
{
    error_clear(&f->err);
    resolved_release(&f->r);
    bool ok = validate(&f->flags, &f->r, &f->err);
    strv_add_all(warnings, &f->r.warnings);
    return ok;
}

static void validates_both_files_at_once(void **state)
{
    struct fixture *f = *state;
    cleanup_strv struct strv warnings = {0};
    put_profile(f, "state: x\n");
    put_project(f, "merge: y\nclaudeArg: []\n");
    assert_false(validate_now(f, &warnings));
    assert_non_null(strstr(f->err.text, ".ccpod.yml:1:8: merge: is \"y\""));
    assert_non_null(strstr(f->err.text, ".ccpod.yml:2:1: claudeArg: unknown setting"));
    assert_non_null(strstr(f->err.text, "profile.yml:3:8: state: is \"x\""));
    assert_int_equal(f->err.exit_code, EXIT_CODE_FAILED);
}

static void validates_what_the_files_name(void **state)
{
    struct fixture *f = *state;
    cleanup_strv struct strv warnings = {0};
    put_profile(f, "image: {dockerfile: Dockerfile}\ncaCertificates: [ca.pem]\n"
                   "mounts: [{source: /nonexistent, target: /x}]\n");
    assert_false(validate_now(f, &warnings));
    assert_non_null(strstr(f->err.text, "image.dockerfile: "));
    assert_non_null(strstr(f->err.text, "project/Dockerfile: No such file"));
    assert_non_null(strstr(f->err.text, "caCertificates: "));
    assert_non_null(strstr(f->err.text, "mounts: /nonexistent: No such file"));
    put(f, "project/Dockerfile", "FROM x\n");
    put_profile(f, "image: {dockerfile: Dockerfile}\n");
    if (!validate_now(f, &warnings))
        fail_msg("%s", f->err.text);
    put(f, "home/profiles/default/config/settings.json", "{");
    assert_false(validate_now(f, &warnings));
    put(f, "home/profiles/default/profile.yml",
        "name: default\nconfig: {source: local, path: /nonexistent}\n");
    assert_false(validate_now(f, &warnings));
    assert_non_null(strstr(f->err.text, "config.path: /nonexistent does not exist"));
}

static void takes_missing_auth_and_clones_as_warnings(void **state)
{
    struct fixture *f = *state;
    cleanup_strv struct strv warnings = {0};
    unsetenv("ANTHROPIC_API_KEY");
    f->flags.headless = true;
    put_profile(f, "");
    assert_true(validate_now(f, &warnings));
    assert_true(has_part(&warnings, "no API key"));
    strv_release(&warnings);
    put(f, "home/profiles/default/profile.yml",
        "name: default\nconfig: {source: git, repo: 'https://h.example/r'}\n");
    assert_true(validate_now(f, &warnings));
    assert_true(has_part(&warnings, "not fetched yet"));
    assert_false(has_part(&warnings, "no API key")); /* a helper may be in what is fetched */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        config_test(has_the_documented_keys),
        config_test(shows_ports_field_by_field),
        config_test(masks_secrets_wherever_they_stand),
        cmocka_unit_test(writes_yaml_that_reads_back),
        config_test(survives_text_that_is_not_utf8),
        config_test(validates_both_files_at_once),
        config_test(validates_what_the_files_name),
        config_test(takes_missing_auth_and_clones_as_warnings),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
