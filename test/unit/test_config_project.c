/* .ccpod.yml: where it is found, whose it must be, and what it may say. */
#include "config/mcp.h"
#include "config_fixture.h"

static bool read_project(struct fixture *f, const char *start, bool here, struct project *ret)
{
    cleanup_free char *dir = path_join(f->root, start);
    error_clear(&f->err);
    return project_read(&f->home, dir, here, ret, &f->err);
}

static void refused(struct fixture *f, const char *start, const char *part)
{
    struct project p = {0};
    assert_false(read_project(f, start, false, &p));
    if (!strstr(f->err.text, part))
        fail_msg("%s: \"%s\" has no \"%s\"", start, f->err.text, part);
}

static void is_found_by_walking_up(void **state)
{
    struct fixture *f = *state;
    struct project p = {0};
    put(f, "project/.ccpod.yml", "profile: outer\n");
    put(f, "project/a/b/file", "");
    put(f, "project/inner/.ccpod.yml", "profile: inner\n");
    put(f, "project/inner/c/file", "");

    assert_true(read_project(f, "project/a/b", false, &p));
    assert_string_equal(p.profile, "outer");
    assert_string_equal(p.dir, f->project);
    project_release(&p);
    assert_true(read_project(f, "project/inner/c", false, &p));
    assert_string_equal(p.profile, "inner");
    project_release(&p);
    assert_true(read_project(f, "project/a/b", true, &p));
    assert_null(p.profile);
    assert_true(text_ends(p.dir, "/project/a/b"));
    project_release(&p);

    drop(f, "project/.ccpod.yml");
    assert_true(read_project(f, "project/a/b", false, &p));
    assert_null(p.file);
    assert_true(text_ends(p.dir, "/project/a/b"));
    assert_true(p.ports.auto_detect_mcp && !p.ports.auto_detect_given);
    project_release(&p);
}

static void resolves_links_to_the_project(void **state)
{
    struct fixture *f = *state;
    struct project p = {0};
    put_project(f, "profile: x\n");
    put_link(f, "link", "project");
    assert_true(read_project(f, "link", false, &p));
    assert_string_equal(p.dir, f->project);
    project_release(&p);
}

static void must_lie_in_its_directory(void **state)
{
    struct fixture *f = *state;
    struct project p = {0};
    put(f, "elsewhere/evil.yml", "profile: x\n");
    put_link(f, "project/.ccpod.yml", "../elsewhere/evil.yml");
    refused(f, "project", "it leads out of");
    put_link(f, "project/.ccpod.yml", "/etc/passwd");
    refused(f, "project", "it leads out of");
    put_link(f, "project/.ccpod.yml", "gone.yml");
    refused(f, "project", "a link to a file that does not exist");
    put(f, "project/real.yml", "profile: x\n");
    put_link(f, "project/.ccpod.yml", "real.yml");
    assert_true(read_project(f, "project", false, &p));
    assert_string_equal(p.profile, "x");
    project_release(&p);
}

static void refuses_what_is_no_file(void **state)
{
    struct fixture *f = *state;
    put(f, "project/.ccpod.yml/inside", "");
    refused(f, "project", "not a regular file");
    drop(f, "project/.ccpod.yml");
    cleanup_free char *file = path_join(f->project, ".ccpod.yml");
    assert_int_equal(mkfifo(file, 0600), 0);
    refused(f, "project", "not a regular file");
    refused(f, "missing", "No such file or directory");
    put(f, "plain-file", "");
    refused(f, "plain-file", "not a directory");
}

static void refuses_places_that_hold_everything(void **state)
{
    struct fixture *f = *state;
    struct project p = {0};
    setenv("HOME", f->project, 1);
    refused(f, "project", "cannot be a project: it is your home directory");
    assert_non_null(strstr(f->err.hint, "--here"));
    assert_true(read_project(f, "project", true, &p));
    project_release(&p);
    setenv("HOME", "/nonexistent", 1);
    refused(f, "/", "it is the root directory");
    refused(f, ".", "it contains ccpod's own files");
    put(f, "home/profiles/default/x", "");
    refused(f, "home/profiles", "it lies in ccpod's own directory");
    /* Found by walking up, too: a .ccpod.yml in the home directory makes it no project. */
    setenv("HOME", f->root, 1);
    put(f, ".ccpod.yml", "profile: x\n");
    refused(f, "project", "cannot be a project");
}

static void belongs_to_the_user_or_root(void **state)
{
    struct fixture *f = *state;
    struct project p = {0};
    cleanup_free char *file = path_join(f->project, ".ccpod.yml");
    put_project(f, "profile: x\n");
    if (geteuid() != 0) {
        /* Another's file cannot be made without being root; root's is fine. */
        assert_true(read_project(f, "project", false, &p));
        project_release(&p);
        return;
    }
    assert_int_equal(chown(file, 12345, 12345), 0);
    refused(f, "project", "belongs to another user (uid 12345)");
    assert_int_equal(chown(file, 0, 0), 0);
    assert_int_equal(chown(f->project, 12345, 12345), 0);
    refused(f, "project", "belongs to another user (uid 12345)");
}

static void takes_what_is_allowed(void **state)
{
    struct fixture *f = *state;
    struct project p = {0};
    put_project(f, "profile: work\nmerge: override\nclaudeArgs: [--verbose]\ninit: [make]\n"
                   "config: {claudeMd: override}\n"
                   "network: {policy: restricted, allow: [a.example]}\n"
                   "ports: {list: ['80:80'], autoDetectMcp: false}\n"
                   "services: {db: {image: redis, workspace: /w}}\nenv: [A, 'B=1']\n"
                   "plugins: [p]\nbridge: {commands: {go: {container: db, exec: go}}}\n"
                   "workspace: {mask: [.env]}\nx-own: 1\n");
    if (!read_project(f, "project", false, &p))
        fail_msg("%s", f->err.text);
    assert_int_equal(p.merge, MERGE_OVERRIDE);
    assert_true(p.claude_args_given && p.init_given && p.plugins_given);
    assert_int_equal(p.config.claude_md, CLAUDE_MD_OVERRIDE);
    assert_true(p.network.policy_given && p.network.policy == NETWORK_RESTRICTED);
    assert_true(p.ports.auto_detect_given && !p.ports.auto_detect_mcp);
    assert_string_equal(p.services.items[0].workspace, "/w");
    assert_int_equal(p.env.n, 2);
    assert_string_equal(p.bridge.commands[0].name, "go");
    assert_string_equal(joined(&p.workspace.mask), ".env");
    project_release(&p);
}

static void refuses_the_rest(void **state)
{
    struct fixture *f = *state;
    /* clang-format off */
    static const struct {
        const char *text, *shown;
    } rows[] = {
        { "profile: ../x\n", ".ccpod.yml:1:10: profile: is \"../x\" and must be" },
        { "merge: replace\n", ".ccpod.yml:1:8: merge: is \"replace\" and must be deep or" },
        { "config: {claudeMd: drop}\n", "config.claudeMd: is \"drop\" and must be append or" },
        { "config: {source: local}\n", "config.source: unknown setting" },
        { "workspace: {target: /x}\n", "workspace.target: only a profile may set this" },
        { "services: {a: {image: b, egress: full}}\n",
            "services.a.egress: only a profile may set this" },
        { "trustProjects: true\n", "trustProjects: only a profile may set this" },
        { "allowProjectInit: true\n", "allowProjectInit: only a profile may set this" },
        { "mounts: []\n", "mounts: only a profile may set this" },
        { "image: {use: evil}\n", "image: only a profile may set this" },
        { "auth: {type: oauth}\n", "auth: only a profile may set this" },
        { "ssh: {mountSshDir: true}\n", "ssh: only a profile may set this" },
        { "hardening: relaxed\n", "hardening: only a profile may set this" },
        { "isolation: false\n", "isolation: only a profile may set this" },
        { "permissions: permissive\n", "permissions: only a profile may set this" },
        { "privileged: true\n", "privileged: unknown setting" },
        { "env: ['A=${HOME}']\n", "env[0]: A reads a host variable with ${...}, which a project" },
        { "env: ['A=x${HOME:-y}']\n", "env[0]: A reads a host variable" },
    };
    /* clang-format on */
    for (size_t i = 0; i < array_size(rows); i++) {
        put_project(f, rows[i].text);
        refused(f, "project", rows[i].shown);
    }
}

static void check_mcp(const char *text, const char *ports, const char *warning)
{
    struct ports found = {0};
    cleanup_strv struct strv warnings = {0}, shown = {0};
    char one[] = "127.0.0.1";
    struct port declared = {.host_ip = one, .host = 4000, .container = 40};
    ports_add(&found, &declared);
    mcp_add_ports(text, strlen(text), ".mcp.json", &found, &warnings);
    for (size_t i = 1; i < found.n; i++)
        strv_take(&shown, port_text(&found.items[i]));
    if (strcmp(joined(&shown), ports) != 0)
        fail_msg("%s: %s, not %s", text, joined(&shown), ports);
    if (warning ? !has_part(&warnings, warning) : warnings.n)
        fail_msg("%s: warnings %s", text, joined(&warnings));
    ports_release(&found);
}

static void detects_local_mcp_ports(void **state)
{
    (void)state;
#define SERVER(type, url) "{\"mcpServers\":{\"a\":{\"type\":\"" type "\",\"url\":\"" url "\"}}}"
    /* clang-format off */
    static const struct {
        const char *text, *ports, *warning;
    } rows[] = {
        { SERVER("http", "http://localhost:3000/mcp"), "127.0.0.1:3000:3000", NULL },
        { SERVER("sse", "http://127.0.0.1:3000"), "127.0.0.1:3000:3000", NULL },
        { SERVER("http", "https://[::1]:3000/"), "127.0.0.1:3000:3000", NULL },
        { SERVER("http", "http://0.0.0.0:65535"), "127.0.0.1:65535:65535", NULL },
        { SERVER("http", "HTTP://LocalHost:1024"), "127.0.0.1:1024:1024", NULL },
        { SERVER("http", "http://u:p@localhost:3000"), "127.0.0.1:3000:3000", NULL },
        { SERVER("http", "http://localhost:1023"), "", NULL },
        { SERVER("http", "http://localhost:65536"), "", NULL },
        { SERVER("http", "http://localhost/"), "", NULL },
        { SERVER("http", "http://localhost:3000@evil.example/"), "", NULL },
        { SERVER("http", "http://evil.example:3000"), "", NULL },
        { SERVER("http", "http://localhost.evil.example:3000"), "", NULL },
        { SERVER("http", "http://evil.example/#localhost:3000"), "", NULL },
        { SERVER("http", "ws://localhost:3000"), "", NULL },
        { SERVER("stdio", "http://localhost:3000"), "", NULL },
        { SERVER("http", "http://localhost:4000"), "", "port 4000 is declared already" },
        { "{\"mcpServers\":{\"a\":{\"command\":\"node\"}}}", "", NULL },
        { "{\"mcpServers\":[]}", "", NULL },
        { "{}", "", NULL },
        { "[]", "", NULL },
        { "{\"mcpServers\":{\"a\":{\"type\":1,\"url\":[]}}}", "", NULL },
        { "{\n \"a\": }", "", ".mcp.json:2:7:" },
        { "", "", ".mcp.json:1:0:" },
        { "{\"a\":1,\"a\":2}", "", "duplicate object key" },
    };
    /* clang-format on */
    for (size_t i = 0; i < array_size(rows); i++)
        check_mcp(rows[i].text, rows[i].ports, rows[i].warning);
}

static void bounds_mcp_ports(void **state)
{
    (void)state;
    cleanup_str struct str text = STR(100000);
    struct ports found = {0};
    cleanup_strv struct strv warnings = {0};
    str_addz(&text, "{\"mcpServers\":{");
    for (int i = 0; i < 50; i++)
        str_addf(&text, "%s\"s%d\":{\"type\":\"http\",\"url\":\"http://localhost:%d\"}",
            i ? "," : "", i, 2000 + i);
    str_addz(&text, "}}");
    mcp_add_ports(text.s, text.len, ".mcp.json", &found, &warnings);
    assert_int_equal(found.n, 32);
    assert_int_equal(warnings.n, 1);
    assert_true(has_part(&warnings, "more than 32 ports"));
    ports_release(&found);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        config_test(is_found_by_walking_up),
        config_test(resolves_links_to_the_project),
        config_test(must_lie_in_its_directory),
        config_test(refuses_what_is_no_file),
        config_test(refuses_places_that_hold_everything),
        config_test(belongs_to_the_user_or_root),
        config_test(takes_what_is_allowed),
        config_test(refuses_the_rest),
        cmocka_unit_test(detects_local_mcp_ports),
        cmocka_unit_test(bounds_mcp_ports),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
