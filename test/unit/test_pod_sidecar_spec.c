/* Create requests of sidecars: each field, what a project that is not trusted may not have, and
 * the hash that tells a changed configuration. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/json.h"
#include "base/mem.h"
#include "pod/graph.h"
#include "pod/sidecar_spec.h"

static struct engine_info info = {.has_local_log = true};
static struct resolved resolved = {.project = {.dir = (char *)(uintptr_t) "/"}};
static const struct pod pod = {.resolved = &resolved, .info = &info};

static char *text(const char *s)
{
    return (char *)(uintptr_t)s;
}

static json_t *image(void)
{
    return json_pack("{s:s, s:{s:[s], s:[s], s:{s:[s, s]}}}", "Id", "sha256:1", "Config",
        "Entrypoint", "/entry", "Cmd", "serve", "Healthcheck", "Test", "CMD-SHELL", "true");
}

static json_t *request_of(const struct service *s)
{
    cleanup_error struct error err = {0};
    cleanup_json json_t *img = image();
    json_t *request = NULL;
    assert_true(sidecar_spec(&pod, s, img, "/empty", &request, &err));
    return request;
}

static void check(const struct service *s, const char *path, const char *expected)
{
    cleanup_json json_t *request = request_of(s);
    json_t *at = json_at(request, path);
    char *found = at ? json_dumps(at, JSON_COMPACT | JSON_ENCODE_ANY) : NULL;
    if (expected)
        assert_string_equal(found, expected);
    else
        assert_null(found);
    free(found);
}

static struct service plain(void)
{
    return (struct service){.name = text("db"), .image = text("db:1")};
}

static void test_defaults(void **state)
{
    struct service s = plain();
    (void)state;
    check(&s, "Image", "\"sha256:1\"");
    check(&s, "Hostname", "\"db\"");
    check(&s, "Cmd", NULL);
    check(&s, "Entrypoint", NULL);
    check(&s, "Healthcheck", NULL);
    check(&s, "HostConfig.RestartPolicy.Name", "\"no\"");
    check(&s, "HostConfig.SecurityOpt", "[\"label=disable\"]");
    check(&s, "HostConfig.PidsLimit", NULL);
    check(&s, "HostConfig.Privileged", NULL);
}

static void test_command(void **state)
{
    char *words[] = {text("a"), text("b"), NULL};
    struct service s = plain();
    (void)state;
    s.command_given = true;
    check(&s, "Cmd", "[]");
    check(&s, "Entrypoint", "[\"/entry\"]");
    s.command = (struct strv){words, 2};
    check(&s, "Cmd", "[\"a\",\"b\"]");
    check(&s, "Entrypoint", NULL);
    s.entrypoint_given = true;
    check(&s, "Entrypoint", "[\"\"]");
    s.entrypoint = (struct strv){words, 1};
    check(&s, "Entrypoint", "[\"a\"]");
}

static void test_fields(void **state)
{
    struct volume volumes[] = {
        {.kind = VOLUME_NAMED, .source = text("data"), .target = text("/d"),  .options = text("ro")},
        {.kind = VOLUME_ANONYMOUS,                    .target = text("/t"),                   .options = text("")},
    };
    struct port ports[] = {
        {.host_ip = text("127.0.0.1"), .host = 5433, .container = 5432}
    };
    struct service s = plain();
    (void)state;
    s.volumes = (struct volumes){volumes, 2};
    s.ports = (struct ports){ports, 1};
    s.user = text("70:70");
    s.init = true;
    s.workspace = text("/w");
    s.stop_grace = 1500000000;
    s.restart = RESTART_ON_FAILURE;
    s.restart_tries = 3;
    s.resources = (struct resources){.memory = 1 << 26, .nano_cpus = 500000000, .pids = 50};
    map_set(&s.env, "A", "1");
    check(&s, "HostConfig.Binds", "[\"data:/d:ro\"]");
    check(&s, "Volumes", "{\"/t\":{}}");
    check(&s, "HostConfig.PortBindings",
        "{\"5432/tcp\":[{\"HostIp\":\"127.0.0.1\",\"HostPort\":\"5433\"}]}");
    check(&s, "User", "\"70:70\"");
    check(&s, "WorkingDir", "\"/w\"");
    check(&s, "HostConfig.Init", "true");
    check(&s, "HostConfig.Mounts",
        "[{\"Type\":\"bind\",\"Source\":\"/\",\"Target\":\"/w\",\"ReadOnly\":false}]");
    check(&s, "StopTimeout", "2");
    check(&s, "HostConfig.RestartPolicy", "{\"Name\":\"on-failure\",\"MaximumRetryCount\":3}");
    check(&s, "HostConfig.Memory", "67108864");
    check(&s, "HostConfig.NanoCpus", "500000000");
    check(&s, "HostConfig.PidsLimit", "50");
    check(&s, "Env", "[\"A=1\"]");
    map_release(&s.env);
}

static void test_confined(void **state)
{
    struct service s = plain();
    (void)state;
    s.confined = true;
    s.workspace = text("/w");
    s.restart = RESTART_ALWAYS;
    check(&s, "HostConfig.RestartPolicy.Name", "\"on-failure\"");
    check(&s, "HostConfig.SecurityOpt", "[\"label=disable\",\"no-new-privileges\"]");
    check(&s, "HostConfig.CapDrop", "[\"NET_RAW\",\"MKNOD\",\"SETFCAP\"]");
    check(&s, "HostConfig.PidsLimit", "4096");
    check(&s, "HostConfig.Mounts",
        "[{\"Type\":\"bind\",\"Source\":\"/\",\"Target\":\"/w\",\"ReadOnly\":true}]");
}

static void test_health(void **state)
{
    char *none[] = {text("NONE"), NULL};
    cleanup_json json_t *with = image();
    cleanup_json json_t *without = json_pack("{s:s}", "Id", "x");
    struct service s = plain();
    (void)state;
    assert_true(sidecar_has_health(&s, with));
    assert_false(sidecar_has_health(&s, without));
    s.healthcheck = (struct healthcheck){.given = true, .interval = 1000000000, .retries = 2};
    assert_true(sidecar_has_health(&s, with));
    check(&s, "Healthcheck", "{\"Interval\":1000000000,\"Retries\":2}");
    s.healthcheck.test = (struct strv){none, 1};
    assert_false(sidecar_has_health(&s, with));
}

static void test_missing_source(void **state)
{
    cleanup_error struct error err = {0};
    cleanup_json json_t *img = image();
    json_t *request = NULL;
    struct volume v = {.kind = VOLUME_HOST,
        .source = text("/no/such/place"),
        .target = text("/x"),
        .options = text("")};
    struct service s = plain();
    (void)state;
    s.volumes = (struct volumes){&v, 1};
    assert_false(sidecar_spec(&pod, &s, img, "/empty", &request, &err));
    assert_non_null(strstr(err.text, "/no/such/place"));
}

/* Labels, names on the network and the host's settings do not count; everything else does. */
static void test_hash(void **state)
{
    char before[HASH_HEX + 1], after[HASH_HEX + 1];
    struct service s = plain();
    (void)state;
    cleanup_json json_t *request = request_of(&s);
    pod_join_network(request, "abc", "a");
    sidecar_spec_hash(request, before);
    json_object_set_new(request, "Labels", json_pack("{s:s}", "a", "b"));
    pod_join_network(request, "abc", "db");
    json_object_set_new(
        json_object_get(request, "HostConfig"), "LogConfig", json_pack("{s:s}", "Type", "x"));
    sidecar_spec_hash(request, after);
    assert_string_equal(before, after);
    pod_join_network(request, "another", "db");
    sidecar_spec_hash(request, after);
    assert_string_not_equal(before, after);
    pod_join_network(request, "abc", "db");
    json_object_set_new(request, "Image", json_string("sha256:2"));
    sidecar_spec_hash(request, after);
    assert_string_not_equal(before, after);
    s.user = text("1");
    cleanup_json json_t *other = request_of(&s);
    sidecar_spec_hash(other, after);
    assert_string_not_equal(before, after);
}

static void test_selection(void **state)
{
    char *needs_b[] = {text("b"), NULL}, *needs_c[] = {text("c"), NULL};
    char *names[] = {text("a"), NULL}, *unknown[] = {text("x"), NULL};
    struct service items[] = {
        {.name = text("a"),           .depends_on = {needs_b, 1}},
        {.name = text("b"),                           .depends_on = {needs_c, 1}},
        {.name = text("c")},
        {.name = text("d")          },
    };
    const struct services services = {items, array_size(items)};
    cleanup_error struct error err = {0};
    bool wanted[4];
    (void)state;
    assert_true(graph_select(&services, &(struct strv){0}, wanted, &err));
    assert_true(wanted[0] && wanted[1] && wanted[2] && wanted[3]);
    assert_true(graph_select(&services, &(struct strv){names, 1}, wanted, &err));
    assert_true(wanted[0] && wanted[1] && wanted[2] && !wanted[3]);
    assert_false(graph_select(&services, &(struct strv){unknown, 1}, wanted, &err));
    assert_non_null(strstr(err.text, "no service x"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_defaults),
        cmocka_unit_test(test_command),
        cmocka_unit_test(test_fields),
        cmocka_unit_test(test_confined),
        cmocka_unit_test(test_health),
        cmocka_unit_test(test_missing_source),
        cmocka_unit_test(test_hash),
        cmocka_unit_test(test_selection),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
