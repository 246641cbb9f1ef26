/* profile.yml, row by row of the documentation's table: what each setting takes, refuses (with
 * place and path), and is when it is absent. */
#include "config/show.h"
#include "config_fixture.h"

#define HEAD "name: a\nconfig: {source: local}\n"

/* Reads a profile; the error's text, "" for none. The caller frees and releases. */
static char *read_text(const char *text, struct profile *ret)
{
    char dir[] = "/home/u/.ccpod";
    struct ccpod_home home = {.dir = dir, .shared = dir};
    struct error err = {0};
    bool ok =
        profile_parse(&home, text, strlen(text), "p.yml", "/home/u/.ccpod/profiles/a", ret, &err);
    char *shown = mem_strdup(ok ? "" : err.text);
    assert_int_equal(ok ? 0 : EXIT_CODE_FAILED, err.exit_code);
    error_clear(&err);
    return shown;
}

/* The whole profile as JSON on one line. */
static char *as_json(const struct profile *p)
{
    json_t *json = schema_write(profile_settings, p);
    char *line = json_dumps(json, JSON_COMPACT);
    json_decref(json);
    return line;
}

static void check_accepted(const char *text, const char *json_part)
{
    struct profile p = {0};
    cleanup_free char *all = mem_printf("%s%s", HEAD, text);
    cleanup_free char *shown = read_text(all, &p);
    cleanup_free char *json = *shown ? NULL : as_json(&p);
    if (*shown)
        fail_msg("%s: refused: %s", text, shown);
    if (!strstr(json, json_part))
        fail_msg("%s: no %s in %s", text, json_part, json);
    profile_release(&p);
}

static void check_refused(const char *text, const char *expected)
{
    struct profile p = {0};
    cleanup_free char *all = mem_printf("%s%s", HEAD, text);
    cleanup_free char *shown = read_text(all, &p);
    if (!strstr(shown, expected))
        fail_msg("%s: \"%s\" has no \"%s\"", text, shown, expected);
}

static void defaults_are_the_documented_ones(void **state)
{
    (void)state;
    struct profile p = {0};
    cleanup_free char *shown = read_text(HEAD, &p);
    assert_string_equal(shown, "");
    assert_string_equal(p.name, "a");
    assert_null(p.description);
    assert_int_equal(p.config.kind, SOURCE_LOCAL);
    assert_string_equal(p.config.path, "/home/u/.ccpod/profiles/a/config");
    assert_int_equal(p.config.sync, SYNC_DAILY);
    assert_string_equal(p.image.use, "ghcr.io/yorch/ccpod:latest");
    assert_null(p.image.dockerfile);
    assert_int_equal(p.auth.type, AUTH_API_KEY);
    assert_string_equal(p.auth.key_env, "ANTHROPIC_API_KEY");
    assert_null(p.auth.key_file);
    assert_int_equal(p.claude_args.n, 0);
    assert_int_equal(p.permissions, PERMISSIONS_NONE);
    assert_int_equal(p.plugins.n, 0);
    assert_int_equal(p.state, STATE_EPHEMERAL);
    assert_true(p.ssh.agent_forward);
    assert_false(p.ssh.mount_ssh_dir);
    assert_false(p.isolation);
    assert_false(p.trust_projects);
    assert_int_equal(p.network.policy, NETWORK_FULL);
    assert_int_equal(p.ports.list.n, 0);
    assert_true(p.ports.auto_detect_mcp);
    assert_int_equal(p.services.n, 0);
    assert_int_equal(p.env.n, 0);
    assert_int_equal(p.init.n, 0);
    assert_int_equal(p.resources.memory, 0);
    assert_int_equal(p.ca_certificates.n, 0);
    assert_string_equal(p.workspace.target, "/workspace");
    assert_int_equal(p.workspace.mask.n, 0);
    assert_int_equal(p.mounts.n, 0);
    assert_int_equal(p.hardening, HARDENING_DEFAULT);
    assert_int_equal(p.bridge.n, 0);
    assert_false(p.viewer.on);
    assert_false(p.compose);
    assert_false(p.allow_project_host_mounts);
    assert_false(p.allow_project_init);
    assert_false(p.allow_project_network);
    profile_release(&p);
}

static void takes_what_is_allowed(void **state)
{
    (void)state;
    /* clang-format off */
    static const struct {
        const char *text, *json;
    } rows[] = {
        { "description: 12\n", "\"description\":\"12\"" },
        { "image: {use: 'host.example:5000/a/b_c:v1@sha256:00ff'}\n", "b_c:v1@sha256:00ff" },
        { "image: {use: build, dockerfile: '{{profile_dir}}/D'}\n",
            "\"dockerfile\":\"/home/u/.ccpod/profiles/a/D\"" },
        { "auth: {type: oauth}\n", "\"type\":\"oauth\"" },
        { "auth: {keyEnv: _K1}\n", "\"keyEnv\":\"_K1\"" },
        { "auth: {keyFile: ~/.ccpod/keys/a}\n", "\"keyFile\":\"/home/u/.ccpod/keys/a\"" },
        { "claudeArgs: [--max-turns, 5]\n", "[\"--max-turns\",\"5\"]" },
        { "permissions: conservative\n", "\"permissions\":\"conservative\"" },
        { "permissions: moderate\n", "\"permissions\":\"moderate\"" },
        { "permissions: permissive\n", "\"permissions\":\"permissive\"" },
        { "plugins: [a, b@c]\n", "[\"a\",\"b@c\"]" },
        { "state: persistent\n", "\"state\":\"persistent\"" },
        { "ssh: {agentForward: false, mountSshDir: true}\n",
            "{\"agentForward\":false,\"mountSshDir\":true}" },
        { "isolation: true\n", "\"isolation\":true" },
        { "trustProjects: true\n", "\"trustProjects\":true" },
        { "network: {policy: restricted, allow: [a.example, '*.b.example', 10.0.0.0/8, 1.2.3.4, "
          "'2001:db8::/32', '::1', github]}\n",
            "[\"a.example\",\"*.b.example\",\"10.0.0.0/8\",\"1.2.3.4\",\"2001:db8::/32\",\"::1\","
            "\"github\"]" },
        { "ports: {list: [8080, '80:81', '0.0.0.0:1:2/udp'], autoDetectMcp: false}\n",
            "{\"list\":[\"8080\",\"80:81\",\"0.0.0.0:1:2/udp\"],\"autoDetectMcp\":false}" },
        { "env: [A, 'B=c', 'D=${E:-f}']\n", "[\"A\",\"B=c\",\"D=${E:-f}\"]" },
        { "init: [make deps]\n", "[\"make deps\"]" },
        { "resources: {memory: 512m, cpus: 1.5, pids: 100}\n",
            "{\"memory\":\"512m\",\"cpus\":\"1.5\",\"pids\":100}" },
        { "caCertificates: [ca.pem, /etc/x.pem]\n",
            "[\"/home/u/.ccpod/profiles/a/ca.pem\",\"/etc/x.pem\"]" },
        { "workspace: {target: same, mask: [.env, secrets/]}\n",
            "{\"target\":\"same\",\"mask\":[\".env\",\"secrets/\"]}" },
        { "workspace: {target: /work}\n", "\"target\":\"/work\"" },
        { "mounts: [{source: /opt, target: /data, readOnly: true}]\n",
            "[{\"source\":\"/opt\",\"target\":\"/data\",\"readOnly\":true}]" },
        { "hardening: relaxed\n", "\"hardening\":\"relaxed\"" },
        { "bridge: {commands: {php: {container: app, exec: php artisan}}}\n",
            "\"exec\":\"php artisan\"" },
        { "viewer: true\n", "\"viewer\":{\"port\":3000}" },
        { "viewer: {port: 4000}\n", "\"viewer\":{\"port\":4000}" },
        { "viewer: false\n", "\"viewer\":false" },
        { "allowProjectHostMounts: true\n", "\"allowProjectHostMounts\":true" },
        { "allowProjectInit: true\n", "\"allowProjectInit\":true" },
        { "allowProjectNetwork: true\n", "\"allowProjectNetwork\":true" },
        { "x-note: {anything: [1, 2]}\nssh: {x-why: because}\n", "\"agentForward\":true" },
        { "env:\nplugins: ~\n", "\"env\":[]" },
    };
    /* clang-format on */
    for (size_t i = 0; i < array_size(rows); i++)
        check_accepted(rows[i].text, rows[i].json);
}

static void refuses_the_rest_with_its_place(void **state)
{
    (void)state;
    /* clang-format off */
    static const struct {
        const char *text, *shown;
    } rows[] = {
        { "image: {use: 'a b'}\n", "p.yml:3:14: image.use: is \"a b\" and must be an image" },
        { "image: {use: Upper}\n", "p.yml:3:14: image.use: is \"Upper\"" },
        { "image: {use: -x}\n", "p.yml:3:14: image.use: is \"-x\"" },
        { "image: {use: build}\n", "p.yml:3:8: image.dockerfile: is missing: use build needs a "
                                   "Dockerfile" },
        { "auth: {type: key}\n", "p.yml:3:14: auth.type: is \"key\" and must be api-key or oauth" },
        { "auth: {keyEnv: sk-ant-xyz}\n",
            "p.yml:3:16: auth.keyEnv: must be the name of a variable" },
        { "auth: {keyFile: /etc/passwd}\n",
            "p.yml:3:17: auth.keyFile: must be a path that begins with ~/.ccpod/" },
        { "auth: {keyFile: ~/.ccpod/../x}\n", "auth.keyFile: must be a path" },
        { "claudeArgs: --verbose\n", "p.yml:3:13: claudeArgs: must be a list, not text" },
        { "claudeArgs: [[a]]\n", "p.yml:3:14: claudeArgs[0]: must be text, not a list" },
        { "permissions: all\n",
            "permissions: is \"all\" and must be conservative, moderate or permissive" },
        { "permissions: ''\n", "permissions: is \"\" and must be" },
        { "plugins: ['a b']\n", "plugins[0]: is \"a b\" and must be a plugin" },
        { "state: true\n",
            "p.yml:3:8: state: must be text, not true or false: put it in quotes" },
        { "ssh: {agentForward: yes}\n",
            "p.yml:3:21: ssh.agentForward: must be true or false, not text" },
        { "ssh: [a]\n", "p.yml:3:6: ssh: must be a map, not a list" },
        { "isolation: 1\n", "isolation: must be true or false, not a number" },
        { "network: {policy: none}\n", "network.policy: is \"none\" and must be full or restricted" },
        { "network: {allow: ['http://x/']}\n", "network.allow[0]: is \"http://x/\" and must be" },
        { "network: {allow: [1.2.3.4/33]}\n", "network.allow[0]: is \"1.2.3.4/33\"" },
        { "network: {allow: ['*.*.x']}\n", "network.allow[0]: is \"*.*.x\"" },
        { "network: {allow: [300.1.1.1]}\n", "network.allow[0]: is \"300.1.1.1\"" },
        { "ports: {list: [0]}\n", "p.yml:3:16: ports.list[0]: is \"0\" and must be port, host:" },
        { "ports: {list: ['1:65536']}\n", "ports.list[0]: is \"1:65536\"" },
        { "ports: {list: {a: b}}\n", "ports.list: must be a list, not a map" },
        { "env: [1A=secret-value]\n", "p.yml:3:7: env[0]: must be KEY or KEY=value, where KEY" },
        { "env: ['A B=c']\n", "env[0]: must be KEY" },
        { "env: {A: b}\n", "env: must be a list, not a map" },
        { "env: [12]\n", "env[0]: must be KEY or KEY=value, not a number" },
        { "init: [\"a\\nb\"]\n", "init[0]: is \"a\\x0ab\" and must be a command on a single line" },
        { "resources: {memory: 1k}\n", "resources.memory: is \"1k\" and must be a size of at least" },
        { "resources: {memory: lots}\n", "resources.memory: is \"lots\"" },
        { "resources: {cpus: 0}\n", "resources.cpus: is \"0\"" },
        { "resources: {pids: -1}\n", "resources.pids: is \"-1\"" },
        { "workspace: {target: work}\n", "workspace.target: is \"work\" and must be an absolute" },
        { "workspace: {target: /ccpod/x}\n", "workspace.target: is \"/ccpod/x\"" },
        { "workspace: {target: /}\n", "workspace.target: is \"/\"" },
        { "workspace: {target: /a/../b}\n", "workspace.target: is \"/a/../b\"" },
        { "workspace: {mask: [../x]}\n", "workspace.mask[0]: is \"../x\"" },
        { "workspace: {mask: [/etc]}\n", "workspace.mask[0]: is \"/etc\"" },
        { "mounts: [{source: rel, target: /x}]\n", "mounts[0].source: is \"rel\"" },
        { "mounts: [{source: /a}]\n", "p.yml:3:10: mounts[0].target: is missing" },
        { "mounts: [{source: /a, target: /proc}]\n", "mounts[0].target: is \"/proc\"" },
        { "hardening: none\n", "hardening: is \"none\" and must be default or relaxed" },
        { "bridge: {version: '2', commands: {a: {container: b, exec: c}}}\n",
            "bridge.version: is \"2\" and must be \"1\"" },
        { "bridge: {commands: {}}\n", "bridge: commands is empty" },
        { "bridge: {}\n", "bridge.commands: is missing" },
        { "bridge: {commands: {a/b: {container: b, exec: c}}}\n",
            "bridge.commands.a/b: a command's name has no slash" },
        { "bridge: {commands: {a: {exec: c}}}\n", "bridge.commands.a.container: is missing" },
        { "bridge: {commands: {a: {container: c, exec: 'x \"y'}}}\n",
            "bridge.commands.a.exec: must be a command" },
        { "viewer: 3000\n", "viewer: must be true, false, or a map with port" },
        { "viewer: {port: 70000}\n", "viewer.port: is \"70000\" and must be a port" },
    };
    /* clang-format on */
    for (size_t i = 0; i < array_size(rows); i++)
        check_refused(rows[i].text, rows[i].shown);
}

static void checks_name_and_source(void **state)
{
    (void)state;
    /* clang-format off */
    static const struct {
        const char *text, *shown;
    } rows[] = {
        { "config: {source: local}\n",
            "p.yml:1:1: name: is missing, and must be 1 to 64 letters, digits, _ and -" },
        { "name: a\n", "p.yml:1:1: config.source: is missing, and must be local or git" },
        { "name: ../x\nconfig: {source: local}\n", "p.yml:1:7: name: is \"../x\" and must be" },
        { "name: ''\nconfig: {source: local}\n", "name: is \"\" and must be" },
        { "name: a\nconfig: {source: svn}\n",
            "config.source: is \"svn\" and must be local or git" },
        { "name: a\nconfig: {source: git}\n",
            "p.yml:2:9: config.repo: is missing: source git needs a repository" },
        { "name: a\nconfig: {source: git, repo: -oProxyCommand=x}\n",
            "p.yml:2:29: config.repo: must be https://" },
        { "name: a\nconfig: {source: git, repo: 'ext::sh -c x'}\n", "config.repo: must be" },
        { "name: a\nconfig: {source: git, repo: 'https://-x/y'}\n", "config.repo: must be" },
        { "name: a\nconfig: {source: git, repo: /etc}\n", "config.repo: must be" },
        { "name: a\nconfig: {source: git, repo: 'https://h/r', ref: --x}\n",
            "config.ref: is \"--x\" and must be a branch" },
        { "name: a\nconfig: {source: git, repo: 'https://h/r', ref: a..b}\n",
            "config.ref: is \"a..b\"" },
        { "name: a\nconfig: {source: git, repo: 'https://h/r', ref: 'a b'}\n",
            "config.ref: is \"a b\"" },
        { "name: a\nconfig: {source: git, repo: 'https://h/r', ref: 'a;b'}\n",
            "config.ref: is \"a;b\"" },
        { "name: a\nconfig: {source: git, repo: 'https://h/r', sync: weekly}\n",
            "config.sync: is \"weekly\" and must be always, daily or pin" },
    };
    /* clang-format on */
    for (size_t i = 0; i < array_size(rows); i++) {
        struct profile p = {0};
        cleanup_free char *shown = read_text(rows[i].text, &p);
        if (!strstr(shown, rows[i].shown))
            fail_msg("%s: \"%s\" has no \"%s\"", rows[i].text, shown, rows[i].shown);
    }
}

static void takes_every_kind_of_repository(void **state)
{
    (void)state;
    static const char *const repos[] = {"https://h.example/r.git", "http://h/r", "ssh://git@h/r",
        "git://h/r", "file:///srv/r", "git@h.example:a/b.git"};
    for (size_t i = 0; i < array_size(repos); i++) {
        struct profile p = {0};
        cleanup_free char *text = mem_printf(
            "name: a\nconfig: {source: git, repo: '%s', ref: v1.0, sync: pin}\n", repos[i]);
        cleanup_free char *shown = read_text(text, &p);
        assert_string_equal(shown, "");
        assert_string_equal(p.config.repo, repos[i]);
        assert_string_equal(p.config.path, "/home/u/.ccpod/profiles/a/config");
        assert_int_equal(p.config.sync, SYNC_PIN);
        profile_release(&p);
    }
}

static void hints_at_mistyped_keys(void **state)
{
    (void)state;
    check_refused(
        "claudeArg: []\n", "p.yml:3:1: claudeArg: unknown setting; did you mean \"claudeArgs\"?");
    check_refused("ssh: {mountSSHDir: true}\n",
        "p.yml:3:7: ssh.mountSSHDir: unknown setting; did you mean \"mountSshDir\"?");
    check_refused("services: {db: {imgae: x}}\n",
        "services.db.imgae: unknown setting; did you mean \"image\"?");
    check_refused("ssh: {completelyElse: true}\n",
        "unknown setting; there are agentForward, mountSshDir (and x-...)");
    check_refused("privileged: true\n", "privileged: unknown setting");
    check_refused("services: {db: {image: a, privileged: true}}\n",
        "services.db.privileged: unknown setting");
    check_refused("services: {db: {image: a, devices: []}}\n", "services.db.devices: unknown");
    check_refused("services: {db: {image: a, network_mode: host}}\n",
        "services.db.network_mode: unknown setting");
    check_refused("services: {db: {image: a, cap_add: []}}\n", "services.db.cap_add: unknown");
}

static void reports_all_errors_in_order(void **state)
{
    (void)state;
    struct profile p = {0};
    cleanup_free char *shown =
        read_text("state: x\nname: a b\nsesrvices: {}\nconfig: {source: y}\n", &p);
    assert_string_equal(shown,
        "p.yml:1:8: state: is \"x\" and must be ephemeral or persistent\n"
        "p.yml:2:7: name: is \"a b\" and must be 1 to 64 letters, digits, _ and -\n"
        "p.yml:3:1: sesrvices: unknown setting; did you mean \"services\"?\n"
        "p.yml:4:18: config.source: is \"y\" and must be local or git");
}

static void does_not_repeat_secrets(void **state)
{
    (void)state;
    static const char *const texts[] = {"auth: {keyEnv: sk-ant-verysecret}\n",
        "auth: {keyFile: sk-ant-verysecret}\n", "env: ['1A=sk-ant-verysecret']\n",
        "config: {source: git, repo: 'ftp://u:sk-ant-verysecret@h'}\n",
        "env: ['sk-ant-verysecret']\n"};
    for (size_t i = 0; i < array_size(texts); i++) {
        struct profile p = {0};
        cleanup_free char *shown = read_text(texts[i], &p);
        assert_true(*shown);
        if (strstr(shown, "verysecret"))
            fail_msg("%s", shown);
    }
}

static void reads_services(void **state)
{
    (void)state;
    static const char text[] =
        HEAD "services:\n"
             "  db:\n"
             "    image: postgres:17\n"
             "    env: {PASSWORD: dev, N: 1, B: true, E: ''}\n"
             "    volumes: [data:/var/lib, ./x:/x:ro, ~/y:/y, /anon]\n"
             "    ports: ['5432:5432', '127.0.0.1:1:2']\n"
             "    workspace: /work\n"
             "    command: server --flag \"two words\" it\\'s\n"
             "    entrypoint: [a, 'b c']\n"
             "    user: 1000\n"
             "    workingDir: /\n"
             "    init: true\n"
             "    dependsOn: [cache]\n"
             "    healthcheck: {test: pg_isready, interval: 1s, timeout: 2m, retries: 3, "
             "startPeriod: 500ms}\n"
             "    restart: on-failure:3\n"
             "    resources: {memory: 1g}\n"
             "    stopGracePeriod: 1m30s\n"
             "    egress: full\n"
             "  cache: {image: redis, command: [], healthcheck: {test: [NONE]}, restart: \"no\"}\n";
    struct profile p = {0};
    cleanup_free char *shown = read_text(text, &p);
    assert_string_equal(shown, "");
    assert_int_equal(p.services.n, 2);
    const struct service *s = services_find(&p.services, "db");
    assert_string_equal(s->image, "postgres:17");
    assert_string_equal(map_get(&s->env, "N"), "1");
    assert_string_equal(map_get(&s->env, "B"), "true");
    assert_string_equal(map_get(&s->env, "E"), "");
    assert_int_equal(s->volumes.n, 4);
    assert_int_equal(s->volumes.items[0].kind, VOLUME_NAMED);
    assert_int_equal(s->volumes.items[1].kind, VOLUME_HOST);
    assert_true(s->volumes.items[1].read_only);
    assert_int_equal(s->volumes.items[3].kind, VOLUME_ANONYMOUS);
    assert_string_equal(joined(&s->command), "server|--flag|two words|it's");
    assert_string_equal(joined(&s->entrypoint), "a|b c");
    assert_true(s->command_given && s->entrypoint_given);
    assert_string_equal(s->user, "1000");
    assert_true(s->init);
    assert_string_equal(joined(&s->healthcheck.test), "CMD-SHELL|pg_isready");
    assert_true(s->healthcheck.interval == 1000000000LL);
    assert_true(s->healthcheck.timeout == 120000000000LL);
    assert_true(s->healthcheck.start_period == 500000000LL);
    assert_int_equal(s->healthcheck.retries, 3);
    assert_int_equal(s->restart, RESTART_ON_FAILURE);
    assert_int_equal(s->restart_tries, 3);
    assert_true(s->resources.memory == 1073741824LL);
    assert_true(s->stop_grace == 90000000000LL);
    assert_int_equal(s->egress, EGRESS_FULL);
    const struct service *c = services_find(&p.services, "cache");
    assert_true(c->command_given && c->command.n == 0);
    assert_false(c->entrypoint_given);
    assert_string_equal(joined(&c->healthcheck.test), "NONE");
    assert_int_equal(c->restart, RESTART_NO);
    profile_release(&p);
}

static void refuses_bad_services(void **state)
{
    (void)state;
    /* clang-format off */
    static const struct {
        const char *text, *shown;
    } rows[] = {
        { "services: {db: {}}\n", "p.yml:3:16: services.db.image: is missing" },
        { "services: {Db: {image: a}}\n", "p.yml:3:12: services.Db: a service's name is" },
        { "services: {-a: {image: a}}\n", "services.-a: a service's name is" },
        { "services: {main: {image: a}}\n", "services.main: the names main, ns, net" },
        { "services: {net: {image: a}}\n", "services.net: the names" },
        { "services: {bridge-proxy: {image: a}}\n", "services.bridge-proxy: the names" },
        { "services: {viewer: {image: a}}\n", "services.viewer: the names" },
        { "services: {a: x}\n", "services.a: must be a map, not text" },
        { "services: {a: {image: a, env: {'A B': 1}}}\n", "services.a.env.A B: the key must be" },
        { "services: {a: {image: a, env: {A: [1]}}}\n", "services.a.env.A: must be text, not a" },
        { "services: {a: {image: a, env: {A: }}}\n", "services.a.env.A: must be text, not nothing" },
        { "services: {a: {image: a, workspace: w}}\n", "services.a.workspace: is \"w\"" },
        { "services: {a: {image: a, dependsOn: [B]}}\n", "services.a.dependsOn[0]: is \"B\"" },
        { "services: {a: {image: a, healthcheck: {test: [x]}}}\n",
            "services.a.healthcheck.test: must be a text" },
        { "services: {a: {image: a, healthcheck: {interval: fast}}}\n",
            "services.a.healthcheck.interval: is \"fast\" and must be a duration" },
        { "services: {a: {image: a, restart: sometimes}}\n", "services.a.restart: must be" },
        { "services: {a: {image: a, restart: 'always:3'}}\n", "services.a.restart: must be" },
        { "services: {a: {image: a, restart: 'on-failure:x'}}\n", "services.a.restart: must be" },
        { "services: {a: {image: a, egress: some}}\n", "services.a.egress: is \"some\"" },
        { "services: {a: {image: a, command: \"x 'y\"}}\n",
            "services.a.command: has a quote that does not end" },
        { "services: {a: {image: a, user: '-x'}}\n", "services.a.user: is \"-x\"" },
    };
    /* clang-format on */
    for (size_t i = 0; i < array_size(rows); i++)
        check_refused(rows[i].text, rows[i].shown);
}

/* What show_yaml() writes of a profile is a profile that reads back the same. */
static void reads_back_what_it_writes(void **state)
{
    (void)state;
    static const char text[] =
        HEAD "description: \"two\\nlines: # not a comment\\n\\n\"\n"
             "env: ['A=x: y', 'B= lead', \"C=\\u202etrick\", 'D=trail ', 'E=''q''', 'YES=no']\n"
             "services: {db: {image: a, env: {X: 'yes', Y: '1', Z: '~', W: \"a\\nb\\n\"}}}\n"
             "workspace: {mask: [a b/c]}\n";
    struct profile p = {0}, again = {0};
    cleanup_free char *shown = read_text(text, &p);
    assert_string_equal(shown, "");
    json_t *json = schema_write(profile_settings, &p);
    cleanup_free char *written = show_yaml(json);
    cleanup_free char *other = read_text(written, &again);
    if (*other)
        fail_msg("%s\n%s", other, written);
    cleanup_free char *first = as_json(&p), *second = as_json(&again);
    assert_string_equal(first, second);
    assert_null(strstr(written, "\xe2\x80\xae"));
    json_decref(json);
    profile_release(&p);
    profile_release(&again);
}

static void names_the_profiles_that_exist(void **state)
{
    struct fixture *f = *state;
    put_profile(f, "");
    put(f, "home/profiles/work/profile.yml", "name: work\nconfig: {source: local}\n");
    put(f, "home/profiles/empty/nothing", "");
    struct profile p = {0};
    assert_false(profile_read(&f->home, "wrok", &p, &f->err));
    assert_non_null(strstr(f->err.text, "there is no profile wrok; there are default, work"));
    assert_string_equal(f->err.hint, "Did you mean work?");
    error_clear(&f->err);
    assert_true(profile_read(&f->home, "work", &p, &f->err));
    profile_release(&p);
}

static void refuses_files_that_are_none(void **state)
{
    struct fixture *f = *state;
    cleanup_free char *file = home_profile_file(&f->home, "default");
    struct profile p = {0};
    cleanup_str struct str large = STR(12 * 1024 * 1024);

    put(f, "home/profiles/default/profile.yml/inside", "");
    assert_false(profile_read(&f->home, "default", &p, &f->err));
    assert_non_null(strstr(f->err.text, "not a regular file"));
    error_clear(&f->err);
    drop(f, "home/profiles/default/profile.yml");

    assert_int_equal(mkfifo(file, 0600), 0);
    assert_false(profile_read(&f->home, "default", &p, &f->err));
    assert_non_null(strstr(f->err.text, "not a regular file"));
    error_clear(&f->err);
    drop(f, "home/profiles/default/profile.yml");

    while (large.len < 10 * 1024 * 1024)
        str_addz(&large, "# a line that is repeated until the file has ten megabytes\n");
    put(f, "home/profiles/default/profile.yml", large.s);
    assert_false(profile_read(&f->home, "default", &p, &f->err));
    assert_non_null(strstr(f->err.text, "larger than 1048576 bytes"));
    error_clear(&f->err);

    put_mode(f, "home/profiles/default/profile.yml", "name: a\n", 0);
    assert_int_equal(chmod(file, 0), 0);
    if (geteuid() != 0) {
        assert_false(profile_read(&f->home, "default", &p, &f->err));
        assert_non_null(strstr(f->err.text, "Permission denied"));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(defaults_are_the_documented_ones),
        cmocka_unit_test(takes_what_is_allowed),
        cmocka_unit_test(refuses_the_rest_with_its_place),
        cmocka_unit_test(checks_name_and_source),
        cmocka_unit_test(takes_every_kind_of_repository),
        cmocka_unit_test(hints_at_mistyped_keys),
        cmocka_unit_test(reports_all_errors_in_order),
        cmocka_unit_test(does_not_repeat_secrets),
        cmocka_unit_test(reads_services),
        cmocka_unit_test(refuses_bad_services),
        cmocka_unit_test(reads_back_what_it_writes),
        config_test(names_the_profiles_that_exist),
        config_test(refuses_files_that_are_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
