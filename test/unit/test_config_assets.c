/* What Claude reads, as layers: settings.json, CLAUDE.md and its imports, MCP servers. */
#include "base/json.h"
#include "config/claude_md.h"
#include "config/settings.h"
#include "config_fixture.h"

static json_t *parse(const char *text)
{
    json_t *json = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
    assert_non_null(json);
    return json;
}

static void lays_settings_on_one_another(void **state)
{
    (void)state;
    /* clang-format off */
    static const struct {
        const char *base, *over, *deep, *override; /* NULL: as deep */
    } rows[] = {
        { "{}", "{}", "{}", NULL },
        { "{\"a\":1}", "{\"b\":2}", "{\"a\":1,\"b\":2}", NULL },
        { "{\"a\":1}", "{\"a\":2}", "{\"a\":2}", NULL },
        { "{\"a\":{\"x\":1,\"y\":1}}", "{\"a\":{\"y\":2}}", "{\"a\":{\"x\":1,\"y\":2}}", NULL },
        { "{\"a\":[\"x\",\"y\"]}", "{\"a\":[\"y\",\"z\",\"z\"]}", "{\"a\":[\"x\",\"y\",\"z\"]}",
            NULL },
        { "{\"a\":[1]}", "{\"a\":[1]}", "{\"a\":[1,1]}", NULL },
        { "{\"a\":[1]}", "{\"a\":{\"b\":2}}", "{\"a\":{\"b\":2}}", NULL },
        { "{\"a\":1}", "{\"a\":null}", "{\"a\":null}", NULL },
        { "{\"permissions\":{\"allow\":[\"A\"]}}", "{\"permissions\":{\"allow\":[\"B\"]}}",
            "{\"permissions\":{\"allow\":[\"A\",\"B\"]}}", NULL },
        { "{\"hooks\":{\"X\":[{\"a\":1}],\"Y\":[{\"b\":1}]}}", "{\"hooks\":{\"X\":[{\"c\":1}]}}",
            "{\"hooks\":{\"X\":[{\"a\":1},{\"c\":1}],\"Y\":[{\"b\":1}]}}",
            "{\"hooks\":{\"X\":[{\"c\":1}]}}" },
        { "{\"hooks\":{\"X\":[{\"a\":1}]}}", "{}", "{\"hooks\":{\"X\":[{\"a\":1}]}}", NULL },
        { "{\"enabledPlugins\":{\"p\":true}}", "{\"enabledPlugins\":{\"p\":false,\"q\":true}}",
            "{\"enabledPlugins\":{\"p\":true,\"q\":true}}",
            "{\"enabledPlugins\":{\"p\":false,\"q\":true}}" },
        { "{\"enabledPlugins\":{\"p\":true}}", "{\"enabledPlugins\":7}",
            "{\"enabledPlugins\":{\"p\":true}}", "{\"enabledPlugins\":7}" },
        { "{\"extraKnownMarketplaces\":{\"m\":{\"s\":1}}}",
            "{\"extraKnownMarketplaces\":{\"m\":{\"s\":2},\"n\":{\"s\":3}}}",
            "{\"extraKnownMarketplaces\":{\"m\":{\"s\":1},\"n\":{\"s\":3}}}", NULL },
    };
    /* clang-format on */
    for (size_t i = 0; i < array_size(rows); i++)
        for (int mode = 0; mode < 2; mode++) {
            json_t *base = parse(rows[i].base), *over = parse(rows[i].over);
            settings_lay(base, over, mode ? MERGE_OVERRIDE : MERGE_DEEP);
            cleanup_free char *got = json_dumps(base, JSON_COMPACT | JSON_SORT_KEYS);
            const char *want = mode && rows[i].override ? rows[i].override : rows[i].deep;
            if (strcmp(got, want) != 0)
                fail_msg("%s + %s: %s, not %s", rows[i].base, rows[i].over, got, want);
            json_decref(base);
            json_decref(over);
        }
}

static void presets_are_the_lowest_layer(void **state)
{
    struct fixture *f = *state;
    /* clang-format off */
    static const struct {
        const char *preset, *settings;
    } rows[] = {
        { "", "{}" },
        { "permissions: conservative\n", "{\"permissions\":{\"allow\":[\"Edit\",\"Write\"]}}" },
        { "permissions: moderate\n",
            "{\"permissions\":{\"allow\":[\"Bash\",\"Edit\",\"Write\"]}}" },
        { "permissions: permissive\n",
            "{\"permissions\":{\"defaultMode\":\"bypassPermissions\"}}" },
    };
    /* clang-format on */
    for (size_t i = 0; i < array_size(rows); i++) {
        put_profile(f, rows[i].preset);
        resolve_ok(f);
        cleanup_free char *got = json_dumps(f->r.settings, JSON_COMPACT | JSON_SORT_KEYS);
        assert_string_equal(got, rows[i].settings);
    }
    put(f, "home/profiles/default/config/settings.json",
        "{\"permissions\":{\"defaultMode\":\"plan\"}}");
    resolve_ok(f);
    assert_string_equal(json_string_value(json_object_get(
                            json_object_get(f->r.settings, "permissions"), "defaultMode")),
        "plan");
    put_profile(f, "");
    put(f, "home/profiles/default/config/settings.json",
        "{\"permissions\":{\"defaultMode\":\"bypassPermissions\"}}");
    resolve_ok(f);
    assert_true(f->r.bypass);
}

static void every_declared_plugin_is_enabled(void **state)
{
    struct fixture *f = *state;
    put_profile(f, "plugins: [a@b, c]\n");
    put(f, "home/profiles/default/config/settings.json", "{\"enabledPlugins\":{\"a@b\":false}}");
    resolve_ok(f);
    cleanup_free char *got = json_dumps(f->r.settings, JSON_COMPACT | JSON_SORT_KEYS);
    assert_string_equal(
        got, "{\"enabledPlugins\":{\"a@b\":true,\"c@claude-plugins-official\":true}}");
}

static void override_drops_what_a_trusted_project_replaces(void **state)
{
    struct fixture *f = *state;
    static const char hooks[] = "{\"hooks\":{\"Stop\":[{\"hooks\":[]}]},\"model\":\"m\"}";
    put_profile(f, "");
    put(f, "home/profiles/default/config/settings.json", hooks);
    put(f, "home/profiles/default/config/CLAUDE.md", "profile\n");
    put(f, "project/CLAUDE.md", "project\n");
    put(f, "project/.claude/settings.json", "{\"hooks\":{\"Start\":[]}}");
    put_project(f, "merge: override\nconfig: {claudeMd: override}\n");
    f->flags.trust_project = true;
    resolve_ok(f);
    assert_null(json_object_get(f->r.settings, "hooks"));
    assert_non_null(json_object_get(f->r.settings, "model"));
    assert_string_equal(f->r.claude_md, "");
    assert_string_equal(f->r.seen_claude_md, "project\n");
    assert_null(json_object_get(json_object_get(f->r.seen_settings, "hooks"), "Stop"));

    /* Not trusted, its hooks do not count, so they replace nothing. */
    f->flags.trust_project = false;
    resolve_ok(f);
    assert_non_null(json_object_get(json_object_get(f->r.settings, "hooks"), "Stop"));
    assert_string_equal(f->r.claude_md, "project\n");
}

static void joins_claude_md(void **state)
{
    (void)state;
    /* clang-format off */
    static const struct {
        const char *profiles, *projects;
        enum claude_md_mode mode;
        const char *joined;
    } rows[] = {
        { NULL, NULL, CLAUDE_MD_APPEND, "" },
        { "a\n", NULL, CLAUDE_MD_APPEND, "a\n" },
        { NULL, "b\n", CLAUDE_MD_APPEND, "b\n" },
        { "a", "b", CLAUDE_MD_APPEND, "a\n\n---\n\nb" },
        { "a\n\n\n", "\n\nb\n", CLAUDE_MD_APPEND, "a\n\n---\n\nb\n" },
        { "a\n", "", CLAUDE_MD_APPEND, "a\n" },
        { "\n", "b\n", CLAUDE_MD_APPEND, "b\n" },
        { "a\n", "b\n", CLAUDE_MD_OVERRIDE, "b\n" },
        { "a\n", NULL, CLAUDE_MD_OVERRIDE, "a\n" },
        { "a\n", "\n", CLAUDE_MD_OVERRIDE, "a\n" },
    };
    /* clang-format on */
    for (size_t i = 0; i < array_size(rows); i++) {
        cleanup_free char *text = claude_md_join(rows[i].profiles, rows[i].projects, rows[i].mode);
        assert_string_equal(text, rows[i].joined);
    }
}

static void check_import(struct fixture *f, const char *text, const char *expected)
{
    cleanup_strv struct strv warnings = {0};
    cleanup_free char *got = claude_md_imports(text, f->project, &f->r.masks, &warnings);
    if (strcmp(got, expected) != 0)
        fail_msg("%s: \"%s\", not \"%s\"", text, got, expected);
}

static void resolves_imports_in_the_project(void **state)
{
    struct fixture *f = *state;
    put(f, "project/a.md", "AAA");
    put(f, "project/docs/b.md", "B(@c.md)B @c.md");
    put(f, "project/docs/c.md", "CCC");
    put(f, "project/with space.md", "SSS");
    put(f, "outside.md", "secret");
    put_link(f, "project/out.md", "../outside.md");
    put_link(f, "project/in.md", "a.md");
    /* clang-format off */
    static const struct {
        const char *text, *expected;
    } rows[] = {
        { "x @a.md y", "x AAA y" },
        { "@a.md", "AAA" },
        { "@./a.md.", "AAA." },
        { "see @docs/b.md!", "see B(@c.md)B CCC!" },
        { "@in.md", "AAA" },
        { "@out.md", "out.md" },
        { "@missing.md", "missing.md" },
        { "@docs", "docs" },
        { "@/etc/passwd", "/etc/passwd" },
        { "@~/.claude/x", "~/.claude/x" },
        { "@../outside.md", "../outside.md" },
        { "@docs/../../outside.md", "docs/../../outside.md" },
        { "@.credentials.json", ".credentials.json" },
        { "(@/etc/passwd)", "(/etc/passwd)" },
        { "mail me@example.com", "mail me@example.com" },
        { "a @ b @", "a @ b @" },
        { "`@types/node` and `@a.md`", "`@types/node` and `@a.md`" },
        { "`@/etc/passwd`", "`/etc/passwd`" },
        { "`open @a.md", "`open AAA" },
        { "``x ` @a.md`` @a.md", "``x ` @a.md`` AAA" },
        { "```\n@types/x\n@/etc/x\n@projects/x\n```\n@a.md\n",
            "```\n@types/x\n/etc/x\nprojects/x\n```\nAAA\n" },
        { "~~~\n```\n@types/x\n~~~\n@a.md", "~~~\n```\n@types/x\n~~~\nAAA" },
        { "@Override", "Override" },
        { "@@a.md", "AAA" },
        { "@@/etc/passwd", "/etc/passwd" },
    };
    /* clang-format on */
    for (size_t i = 0; i < array_size(rows); i++)
        check_import(f, rows[i].text, rows[i].expected);
}

static void bounds_imports(void **state)
{
    struct fixture *f = *state;
    put(f, "project/1.md", "1 @2.md");
    put(f, "project/2.md", "2 @3.md");
    put(f, "project/3.md", "3 @4.md");
    put(f, "project/4.md", "4 @5.md");
    put(f, "project/5.md", "5 @6.md");
    put(f, "project/6.md", "6");
    check_import(f, "0 @1.md", "0 1 2 3 4 5 6.md");
    put(f, "project/self.md", "s @self.md");
    check_import(f, "@self.md", "s s s s s self.md");

    cleanup_str struct str big = STR(1024 * 1024), many = STR(1024 * 1024);
    while (big.len < 200 * 1024)
        str_addz(&big, "0123456789abcdef");
    put(f, "project/big.md", big.s);
    cleanup_strv struct strv warnings = {0};
    cleanup_free char *got =
        claude_md_imports("@big.md @big.md", f->project, &f->r.masks, &warnings);
    assert_int_equal(strlen(got), big.len + strlen(" big.md"));
    put(f, "project/empty.md", "");
    for (int i = 0; i < 1000; i++)
        str_addz(&many, "@empty.md ");
    cleanup_free char *bounded = claude_md_imports(many.s, f->project, &f->r.masks, &warnings);
    assert_non_null(strstr(bounded, "empty.md"));
}

static void what_is_masked_goes_nowhere(void **state)
{
    struct fixture *f = *state;
    put_profile(f, "workspace: {mask: [.env, secrets, docs/CLAUDE.md, d]}\n");
    put(f, "project/.env", "KEY=hidden");
    put(f, "project/secrets/deep/key", "hidden");
    put(f, "project/secrets/settings.json", "{\"model\":\"hidden\"}");
    put(f, "project/secrets/mcp.json",
        "{\"mcpServers\":{\"a\":{\"type\":\"http\",\"url\":\"http://localhost:4321\"}}}");
    put(f, "project/docs/CLAUDE.md", "hidden");
    put(f, "project/docs/open.md", "open");
    put(f, "project/d/x", "hidden");
    put(f, "project/.envrc", "open");
    put_link(f, "project/docs/file", "../.env");
    put_link(f, "project/docs/dir", "../secrets");
    put(f, "project/CLAUDE.md",
        "@.env @./.env @secrets/deep/key @docs/file @docs/dir/deep/key @docs/open.md @.envrc");
    resolve_ok(f);
    assert_string_equal(
        f->r.claude_md, ".env ./.env secrets/deep/key docs/file docs/dir/deep/key open open");
    assert_true(has_part(&f->r.warnings,
        "CLAUDE.md: the import docs/file is left as text: workspace.mask hides it"));

    /* So with what is read under a name of its own. */
    put_link(f, "project/.claude/CLAUDE.md", "../docs/CLAUDE.md");
    put_link(f, "project/CLAUDE.md", ".env");
    put_link(f, "project/.claude/settings.json", "../secrets/settings.json");
    put_link(f, "project/.mcp.json", "secrets/mcp.json");
    resolve_ok(f);
    assert_string_equal(f->r.claude_md, "");
    assert_int_equal(json_object_size(f->r.settings), 0);
    assert_int_equal(f->r.ports.n, 0);
    char hash[HASH_HEX + 1];
    memcpy(hash, f->r.snapshot.hash, sizeof hash);

    put_profile(f, "");
    resolve_ok(f);
    assert_non_null(strstr(f->r.claude_md, "KEY=hidden"));
    assert_string_equal(json_text_at(f->r.settings, "model"), "hidden");
    assert_int_equal(f->r.ports.n, 1);
    /* An answer holds whatever is masked, as the question tells all. */
    resolve_ok(f);
    assert_string_equal(f->r.snapshot.hash, hash);
}

static void hands_over_the_profiles_mcp_servers(void **state)
{
    struct fixture *f = *state;
    put_profile(f, "");
    put(f, "home/profiles/default/config/mcp.json", "{\"mcpServers\":{}}");
    resolve_ok(f);
    assert_string_equal(joined(&f->r.claude_flags),
        "--setting-sources|user|--strict-mcp-config|--mcp-config=/ccpod/config/mcp.json");
    f->flags.trust_project = true;
    resolve_ok(f);
    assert_string_equal(joined(&f->r.claude_flags), "--mcp-config=/ccpod/config/mcp.json");
    put(f, "home/profiles/default/config/mcp.json", "{");
    resolve_fails(f, "config/mcp.json:1:1");
}

static void names_what_a_trusted_project_shadows(void **state)
{
    struct fixture *f = *state;
    put_profile(f, "");
    put(f, "home/profiles/default/config/settings.json",
        "{\"statusLine\":{\"command\":\"~/.claude/skills/s/line.sh\"}}");
    static const char *const both[] = {
        "skills/s/SKILL.md", "skills/s/line.sh", "commands/c.md", "agents/a.md", "hooks/h.sh"};
    for (size_t i = 0; i < array_size(both); i++) {
        cleanup_free char *mine = mem_printf("home/profiles/default/config/%s", both[i]);
        cleanup_free char *theirs = mem_printf("project/.claude/%s", both[i]);
        put(f, mine, "profile");
        put(f, theirs, "project");
    }
    put(f, "project/.claude/skills/other/SKILL.md", "project");
    resolve_ok(f);
    assert_int_equal(f->r.shadowed.n, 0);
    f->flags.trust_project = true;
    resolve_ok(f);
    assert_string_equal(joined(&f->r.shadowed), "agents/a.md|commands/c.md|skills/s/SKILL.md");
    assert_true(has_part(&f->r.warnings, ".claude/hooks/h.sh: the profile has one too"));
    assert_true(has_part(&f->r.warnings, ".claude/skills/s/line.sh: the profile has one too"));
    put_profile(f, "workspace: {mask: [.claude/agents]}\n");
    resolve_ok(f);
    assert_string_equal(joined(&f->r.shadowed), "commands/c.md|skills/s/SKILL.md");
}

static void reads_the_profiles_tree(void **state)
{
    struct fixture *f = *state;
    put_profile(f, "");
    resolve_ok(f); /* its own config/ need not be there */
    put(f, "home/profiles/default/config/settings.json", "{\"a\": }");
    resolve_fails(f, "config/settings.json:1:7");
    put(f, "home/profiles/default/config/settings.json", "[]");
    resolve_fails(f, "settings.json: must be an object");
    put(f, "tree/settings.json", "{\"model\":\"m\"}");
    put(f, "tree/real.md", "text\n");
    put_link(f, "tree/CLAUDE.md", "real.md");
    put(f, "home/profiles/default/profile.yml",
        "name: default\nconfig: {source: local, path: ../../../tree}\n");
    resolve_ok(f);
    assert_string_equal(f->r.claude_md, "text\n");
    put(f, "home/profiles/default/profile.yml",
        "name: default\nconfig: {source: local, path: gone}\n");
    resolve_fails(f, "config.path: ");
    assert_non_null(strstr(f->err.text, "/gone does not exist"));
    put(f, "home/profiles/default/profile.yml",
        "name: default\nconfig: {source: git, repo: 'https://h.example/r'}\n");
    drop(f, "home/profiles/default/config");
    resolve_fails(f, "has not been fetched yet");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lays_settings_on_one_another),
        config_test(presets_are_the_lowest_layer),
        config_test(every_declared_plugin_is_enabled),
        config_test(override_drops_what_a_trusted_project_replaces),
        cmocka_unit_test(joins_claude_md),
        config_test(resolves_imports_in_the_project),
        config_test(bounds_imports),
        config_test(what_is_masked_goes_nowhere),
        config_test(hands_over_the_profiles_mcp_servers),
        config_test(names_what_a_trusted_project_shadows),
        config_test(reads_the_profiles_tree),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
