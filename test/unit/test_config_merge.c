/* How profile, project and command line become one: each row of the documentation's table, deep
 * and override, and the flags. */
#include "config_fixture.h"

static void chooses_the_profile(void **state)
{
    struct fixture *f = *state;
    put_profile(f, "");
    put(f, "home/profiles/work/profile.yml", "name: work\nconfig: {source: local}\n");
    put(f, "home/profiles/other/profile.yml", "name: other\nconfig: {source: local}\n");
    resolve_ok(f);
    assert_string_equal(f->r.profile.name, "default");
    put_project(f, "profile: work\n");
    resolve_ok(f);
    assert_string_equal(f->r.profile.name, "work");
    f->flags.profile = "other";
    resolve_ok(f);
    assert_string_equal(f->r.profile.name, "other");
    f->flags.profile = "../x";
    resolve_fails(f, "\"../x\" is not a profile name");
    assert_int_equal(f->err.exit_code, EXIT_CODE_USAGE);
    f->flags.profile = "gone";
    resolve_fails(f, "there is no profile gone; there are default, other, work");
    assert_false(f->r.no_default_profile);
    f->flags.profile = NULL;
    put_project(f, "profile: gone\n");
    resolve_fails(f, ".ccpod.yml:1:10: profile: there is no profile gone");
    assert_false(f->r.no_default_profile);
}

static void tells_when_there_is_no_default_profile(void **state)
{
    struct fixture *f = *state;
    resolve_fails(f, "there is no profile default; there are none at all");
    assert_true(f->r.no_default_profile);
    assert_int_equal(f->err.exit_code, EXIT_CODE_FAILED);
    f->flags.profile = "default";
    resolve_fails(f, "there is no profile default");
    assert_false(f->r.no_default_profile);
}

static void the_directory_names_the_profile(void **state)
{
    struct fixture *f = *state;
    put(f, "home/profiles/default/profile.yml", "name: else\nconfig: {source: local}\n");
    resolve_ok(f);
    assert_string_equal(f->r.profile.name, "default");
    assert_true(has_part(&f->r.warnings, "the name is else, but its directory's, default, counts"));
}

static void merges_arguments(void **state)
{
    struct fixture *f = *state;
    put_profile(f, "claudeArgs: [--a]\n");
    strv_add(&f->args, "--c");
    resolve_ok(f);
    assert_string_equal(joined(&f->r.claude_args), "--a|--c");

    f->flags.trust_project = true;
    put_project(f, "claudeArgs: [--b]\n");
    resolve_ok(f);
    assert_string_equal(joined(&f->r.claude_args), "--a|--b|--c");
    put_project(f, "merge: override\nclaudeArgs: [--b]\n");
    resolve_ok(f);
    assert_string_equal(joined(&f->r.claude_args), "--b|--c");
    put_project(f, "merge: override\n");
    resolve_ok(f);
    assert_string_equal(joined(&f->r.claude_args), "--a|--c");
    put_project(f, "merge: override\nclaudeArgs: []\n");
    resolve_ok(f);
    assert_string_equal(joined(&f->r.claude_args), "--c");
}

static void an_untrusted_project_replaces_harmless_arguments_only(void **state)
{
    struct fixture *f = *state;
    put_profile(f, "claudeArgs: [--model, opus, --disallowedTools, Bash]\n");
    put_project(f, "merge: override\nclaudeArgs: [--model, haiku, --settings, x, --verbose]\n");
    resolve_ok(f);
    assert_string_equal(
        joined(&f->r.claude_args), "--disallowedTools|Bash|--model|haiku|--verbose");
    put_profile(f, "claudeArgs: [--model, opus]\n");
    resolve_ok(f);
    assert_string_equal(joined(&f->r.claude_args), "--model|haiku|--verbose");
}

static void merges_init_and_plugins_where_allowed(void **state)
{
    struct fixture *f = *state;
    put_profile(f, "init: [a]\nplugins: [p]\n");
    put_project(f, "init: [b]\nplugins: [q]\n");
    f->flags.trust_project = true;
    resolve_ok(f);
    assert_string_equal(joined(&f->r.init), "a");
    assert_string_equal(joined(&f->r.plugins), "p");
    assert_true(has_part(&f->r.warnings, "init: the project's commands (1) are left out"));
    assert_true(has_part(&f->r.warnings, "plugins: the project's (1) are left out"));

    put_profile(f, "init: [a]\nplugins: [p]\nallowProjectInit: true\n");
    put_project(f, "init: [b]\nplugins: [q, p]\n");
    resolve_ok(f);
    assert_string_equal(joined(&f->r.init), "a|b");
    assert_string_equal(joined(&f->r.plugins), "p|q");
    put_project(f, "merge: override\ninit: [b]\nplugins: [q]\n");
    resolve_ok(f);
    assert_string_equal(joined(&f->r.init), "b");
    assert_string_equal(joined(&f->r.plugins), "q");
    put_project(f, "merge: override\n");
    resolve_ok(f);
    assert_string_equal(joined(&f->r.init), "a");
    assert_string_equal(joined(&f->r.plugins), "p");
}

static const char *images(const struct services *services)
{
    static char text[256];
    size_t n = 0;
    text[0] = '\0';
    for (size_t i = 0; i < services->n; i++)
        n += (size_t)snprintf(text + n, sizeof text - n, "%s%s=%s", i ? "|" : "",
            services->items[i].name, services->items[i].image);
    return text;
}

static void merges_services_by_name(void **state)
{
    struct fixture *f = *state;
    put_profile(f, "services: {a: {image: pa}, b: {image: pb}}\n");
    put_project(f, "services: {b: {image: jb}, c: {image: jc}}\n");
    resolve_ok(f);
    assert_string_equal(images(&f->r.services), "a=pa|b=jb|c=jc");
    assert_false(f->r.services.items[0].from_project);
    assert_true(f->r.services.items[1].from_project);
    put_project(f, "merge: override\nservices: {c: {image: jc}}\n");
    resolve_ok(f);
    assert_string_equal(images(&f->r.services), "c=jc");
    put_project(f, "merge: override\n");
    resolve_ok(f);
    assert_string_equal(images(&f->r.services), "a=pa|b=pb");
}

static void checks_dependencies_after_merging(void **state)
{
    struct fixture *f = *state;
    put_profile(f, "services: {a: {image: x}}\n");
    put_project(f, "services: {b: {image: x, dependsOn: [a]}}\n");
    resolve_ok(f);
    put_project(f, "services: {b: {image: x, dependsOn: [z]}}\n");
    resolve_fails(f, ".ccpod.yml:1:38: services.b.dependsOn[0]: there is no service z");
    put_project(f, "services: {b: {image: x, dependsOn: [c]}, c: {image: x, dependsOn: [b]}}\n");
    resolve_fails(f, "goes in a circle: b -> c -> b");
    put_project(f, "services: {b: {image: x, dependsOn: [b]}}\n");
    resolve_fails(f, "goes in a circle: b -> b");
    /* Everything at once, in either file, and what the trust boundary finds. */
    put_profile(f, "services: {a: {image: x, dependsOn: [y]}}\n");
    put_project(f, "services: {b: {image: x, dependsOn: [z], volumes: ['/:/x']}}\n");
    resolve_fails(f, ".ccpod.yml:1:38: services.b.dependsOn[0]: there is no service z");
    assert_non_null(strstr(f->err.text, "profile.yml:3:38: services.a.dependsOn[0]: "));
    assert_non_null(strstr(f->err.text, "services.b.volumes[0]: "));
}

static void refuses_ports_that_collide(void **state)
{
    struct fixture *f = *state;
    put_profile(f, "ports: {list: ['8080:80']}\nservices: {a: {image: x, ports: ['81:80']}}\n");
    put_project(f, "services: {b: {image: x, ports: ['82:80', '81:81', '8080:1']}}\n");
    resolve_fails(f, ".ccpod.yml:1:43: services.b.ports[1]: port 81 of the host is published by "
                     "the service a, too");
    assert_non_null(strstr(f->err.text,
        ":1:52: services.b.ports[2]: port 8080 of the host is published by ports.list, too"));
    /* One that is replaced is nobody's; the other protocol and another address are others'. */
    put_project(f, "services: {a: {image: x, ports: ['81:81', '8080:1/udp']}}\n");
    resolve_ok(f);
    put_profile(f, "services:\n  a: {image: x, ports: ['127.0.0.2:81:80', '[::1]:82:80']}\n"
                   "  b: {image: x, ports: ['127.0.0.1:81:80', '0.0.0.0:82:80']}\n"
                   "  c: {image: x, ports: ['0.0.0.0:83:80', '[::]:83:80']}\n");
    put_project(f, "");
    resolve_ok(f);
    /* What a service publishes is not published once more for .mcp.json. */
    put_profile(f, "services: {a: {image: x, ports: ['8123:80']}}\n");
    put(f, "project/.mcp.json",
        "{\"mcpServers\": {\"m\": {\"type\": \"http\", \"url\": \"http://localhost:8123/\"}}}");
    resolve_ok(f);
    assert_int_equal(f->r.ports.n, 0);
    assert_true(has_part(&f->r.warnings, "port 8123 is published by the service a"));
}

static void merges_env(void **state)
{
    struct fixture *f = *state;
    put_profile(f, "env: ['A=p', 'B=p', 'C=p']\n");
    put_project(f, "env: ['B=j', 'C=j', 'D=j']\n");
    strv_add(&f->env, "C=c");
    f->flags.trust_project = true;
    resolve_ok(f);
    assert_string_equal(env_get(&f->r.env, "A"), "p");
    assert_string_equal(env_get(&f->r.env, "B"), "j");
    assert_string_equal(env_get(&f->r.env, "C"), "c");
    assert_string_equal(env_get(&f->r.env, "D"), "j");
    strv_add(&f->env, "1X=y");
    resolve_fails(f, "--env: must be KEY or KEY=value");
    assert_int_equal(f->err.exit_code, EXIT_CODE_USAGE);
}

static const char *shown_ports(const struct ports *ports)
{
    static struct strv texts;
    strv_release(&texts);
    for (size_t i = 0; i < ports->n; i++)
        strv_take(&texts, port_text(&ports->items[i]));
    const char *text = joined(&texts);
    strv_release(&texts);
    return text;
}

static void merges_ports(void **state)
{
    struct fixture *f = *state;
    put_profile(f, "ports: {list: [3000, '0.0.0.0:80:80']}\n");
    put_project(f, "ports: {list: [4000, '0.0.0.0:5000:50', '192.168.1.1:6000:6', '3000:9']}\n");
    put(f, "project/.mcp.json",
        "{\"mcpServers\":{\"a\":{\"type\":\"http\","
        "\"url\":\"http://localhost:7000\"}}}");
    resolve_ok(f);
    assert_string_equal(shown_ports(&f->r.ports),
        "3000|0.0.0.0:80:80|127.0.0.1:4000:4000|127.0.0.1:5000:50|127.0.0.1:6000:6|"
        "127.0.0.1:7000:7000");
    assert_true(has_part(&f->r.warnings, "ports: 3000:9 collides"));
    assert_true(f->r.auto_detect_mcp);
    put_project(f, "ports: {autoDetectMcp: false}\n");
    resolve_ok(f);
    assert_string_equal(shown_ports(&f->r.ports), "3000|0.0.0.0:80:80");
    put_profile(f, "ports: {autoDetectMcp: false}\n");
    put_project(f, "ports: {autoDetectMcp: true}\n");
    resolve_ok(f);
    assert_string_equal(shown_ports(&f->r.ports), "127.0.0.1:7000:7000");
    put(f, "project/.mcp.json", "{");
    resolve_ok(f);
    assert_true(has_part(&f->r.warnings, "/project/.mcp.json:1:1:"));
}

static void a_project_only_tightens_the_network(void **state)
{
    struct fixture *f = *state;
    /* clang-format off */
    static const struct {
        const char *profile, *project;
        enum network_policy policy;
        const char *allow, *warning;
    } rows[] = {
        { "", "", NETWORK_FULL, "", NULL },
        { "network: {allow: [p]}\n", "network: {allow: [j]}\n", NETWORK_FULL, "p", NULL },
        { "network: {allow: [p]}\n", "network: {policy: full, allow: [j]}\n", NETWORK_FULL, "p",
            NULL },
        { "network: {allow: [p]}\n", "network: {policy: restricted, allow: [j]}\n",
            NETWORK_RESTRICTED, "j", NULL },
        { "network: {policy: restricted, allow: [p]}\n", "", NETWORK_RESTRICTED, "p", NULL },
        { "network: {policy: restricted, allow: [p]}\n", "network: {allow: [j]}\n",
            NETWORK_RESTRICTED, "p", "network: the project's entries are left out" },
        { "network: {policy: restricted, allow: [p]}\n", "network: {policy: full}\n",
            NETWORK_RESTRICTED, "p", "network: the project's \"full\" is left out" },
        { "network: {policy: restricted, allow: [p]}\n", "network: {policy: restricted}\n",
            NETWORK_RESTRICTED, "p", NULL },
        { "network: {policy: restricted, allow: [p]}\nallowProjectNetwork: true\n",
            "network: {allow: [j, p]}\n", NETWORK_RESTRICTED, "p|j", NULL },
        { "network: {policy: restricted, allow: [p]}\nallowProjectNetwork: true\n",
            "network: {policy: full, allow: [j]}\n", NETWORK_RESTRICTED, "p|j",
            "network: the project's \"full\" is left out" },
    };
    /* clang-format on */
    for (size_t i = 0; i < array_size(rows); i++)
        for (int trusted = 0; trusted < 2; trusted++) {
            put_profile(f, rows[i].profile);
            put_project(f, rows[i].project);
            f->flags.trust_project = trusted;
            resolve_ok(f);
            assert_int_equal(f->r.network.policy, rows[i].policy);
            assert_string_equal(joined(&f->r.network.allow), rows[i].allow);
            if (rows[i].warning ? !has_part(&f->r.warnings, rows[i].warning)
                                : has_part(&f->r.warnings, "network"))
                fail_msg("row %zu: %s", i, joined(&f->r.warnings));
        }
}

static void merges_the_bridge_by_command(void **state)
{
    struct fixture *f = *state;
    put_profile(f, "bridge: {default_container: p, containers: {x: px}, commands: {a: {container: "
                   "p, exec: a}, b: {container: p, exec: b}}}\n");
    put_project(f, "bridge: {containers: {x: jx}, commands: {b: {container: j, exec: b2}}}\n");
    resolve_ok(f);
    assert_int_equal(f->r.bridge.n, 2);
    assert_string_equal(f->r.bridge.commands[0].container, "p");
    assert_string_equal(f->r.bridge.commands[1].container, "j");
    assert_string_equal(joined(&f->r.bridge.commands[1].exec), "b2");
    assert_string_equal(f->r.bridge.default_container, "p");
    assert_string_equal(map_get(&f->r.bridge.containers, "x"), "jx");
}

static void finds_image_and_context(void **state)
{
    struct fixture *f = *state;
    put_profile(f, "image: {use: 'x:1'}\n");
    resolve_ok(f);
    assert_false(f->r.image.build);
    assert_string_equal(f->r.image.reference, "x:1");

    put_profile(f, "image: {dockerfile: docker/Dockerfile}\n");
    resolve_ok(f);
    cleanup_free char *inside = path_join(f->project, "docker/Dockerfile");
    assert_true(f->r.image.build);
    assert_string_equal(f->r.image.dockerfile, inside);
    assert_string_equal(f->r.image.context, f->project);

    put_profile(f, "image: {dockerfile: '{{profile_dir}}/D'}\n");
    resolve_ok(f);
    assert_string_equal(f->r.image.context, f->r.profile.dir);
    put_profile(f, "image: {dockerfile: /opt/x/D}\n");
    resolve_ok(f);
    assert_string_equal(f->r.image.dockerfile, "/opt/x/D");
    assert_string_equal(f->r.image.context, "/opt/x");
}

static void takes_state_and_workspace(void **state)
{
    struct fixture *f = *state;
    put_profile(f, "state: persistent\nworkspace: {target: same}\n");
    resolve_ok(f);
    assert_int_equal(f->r.state, STATE_PERSISTENT);
    assert_string_equal(f->r.workspace_target, f->project);
    f->flags.no_state = true;
    resolve_ok(f);
    assert_int_equal(f->r.state, STATE_EPHEMERAL);
}

static void notes_who_asks_for_bypass(void **state)
{
    struct fixture *f = *state;
    /* clang-format off */
    static const struct {
        const char *profile, *project, *arg, *env;
        bool bypass;
    } rows[] = {
        { "", "", NULL, NULL, false },
        { "permissions: moderate\n", "", NULL, NULL, false },
        { "permissions: permissive\n", "", NULL, NULL, true },
        { "claudeArgs: [--dangerously-skip-permissions]\n", "", NULL, NULL, true },
        { "claudeArgs: [--permission-mode, bypassPermissions]\n", "", NULL, NULL, true },
        { "", "", "--permission-mode=bypassPermissions", NULL, true },
        { "", "", NULL, "CLAUDE_YOLO=1", true },
        { "env: [CLAUDE_YOLO=1]\n", "", NULL, NULL, true },
        { "env: [CLAUDE_YOLO=0]\n", "", NULL, NULL, false },
        { "", "claudeArgs: [--dangerously-skip-permissions]\n", NULL, NULL, false },
        { "", "env: [CLAUDE_YOLO=1]\n", NULL, NULL, false },
    };
    /* clang-format on */
    f->flags.trust_project = true;
    for (size_t i = 0; i < array_size(rows); i++) {
        strv_release(&f->args);
        strv_release(&f->env);
        put_profile(f, rows[i].profile);
        put_project(f, rows[i].project);
        if (rows[i].arg)
            strv_add(&f->args, rows[i].arg);
        if (rows[i].env)
            strv_add(&f->env, rows[i].env);
        resolve_ok(f);
        if (f->r.bypass != rows[i].bypass)
            fail_msg("row %zu", i);
    }
}

static void masks_what_exists_without_following_links(void **state)
{
    struct fixture *f = *state;
    put(f, "project/.env", "x");
    put(f, "project/secrets/a", "x");
    put(f, "project/real/file", "x");
    put_link(f, "project/link", "real");
    put_profile(f, "workspace: {mask: [.env, missing, secrets/, link, link/file, real/file]}\n");
    put_project(f, "workspace: {mask: [.env, also-missing]}\n");
    resolve_ok(f);
    assert_int_equal(f->r.masks.n, 3);
    assert_string_equal(f->r.masks.items[0].path, ".env");
    assert_false(f->r.masks.items[0].is_dir);
    assert_string_equal(f->r.masks.items[1].path, "secrets");
    assert_true(f->r.masks.items[1].is_dir);
    assert_string_equal(f->r.masks.items[2].path, "real/file");
    assert_true(has_part(&f->r.warnings, "workspace.mask: link is a link"));
    assert_true(has_part(&f->r.warnings, "workspace.mask: link/file is a link"));
    put_project(f, "workspace: {mask: [link]}\n");
    resolve_fails(f, "workspace.mask: link: a link, or behind one");
    put_project(f, "workspace: {mask: [link/file]}\n");
    resolve_fails(f, "workspace.mask: link/file: a link, or behind one");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        config_test(chooses_the_profile),
        config_test(tells_when_there_is_no_default_profile),
        config_test(the_directory_names_the_profile),
        config_test(merges_arguments),
        config_test(an_untrusted_project_replaces_harmless_arguments_only),
        config_test(merges_init_and_plugins_where_allowed),
        config_test(merges_services_by_name),
        config_test(checks_dependencies_after_merging),
        config_test(refuses_ports_that_collide),
        config_test(merges_env),
        config_test(merges_ports),
        config_test(a_project_only_tightens_the_network),
        config_test(merges_the_bridge_by_command),
        config_test(finds_image_and_context),
        config_test(takes_state_and_workspace),
        config_test(notes_who_asks_for_bypass),
        config_test(masks_what_exists_without_following_links),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
