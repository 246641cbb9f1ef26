/* Port and volume specifications: every form, and what a project may have of it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/mem.h"
#include "config/ports.h"
#include "config/volumes.h"

/* "ip host container protocol", or what is wrong. The caller frees. */
static char *parsed(const char *text, bool confined)
{
    struct port p = {0};
    cleanup_free char *why = NULL;
    if (!port_parse(text, &p, &why) || (confined && !port_confine_service(&p, &why))) {
        free(p.host_ip);
        return take(why);
    }
    char *shown = mem_printf(
        "%s %d %d %s", p.host_ip ? p.host_ip : "-", p.host, p.container, p.udp ? "udp" : "tcp");
    free(p.host_ip);
    return shown;
}

static void reads_every_form(void **state)
{
    (void)state;
    /* clang-format off */
    static const struct {
        const char *text, *shown;
    } rows[] = {
        { "8080", "- 8080 8080 tcp" },
        { "1", "- 1 1 tcp" },
        { "65535", "- 65535 65535 tcp" },
        { "80/udp", "- 80 80 udp" },
        { "8080:80", "- 8080 80 tcp" },
        { "8080:80/tcp", "- 8080 80 tcp" },
        { "8080:80/udp", "- 8080 80 udp" },
        { "127.0.0.1:8080:80", "127.0.0.1 8080 80 tcp" },
        { "0.0.0.0:8080:80", "0.0.0.0 8080 80 tcp" },
        { "localhost:8080:80", "127.0.0.1 8080 80 tcp" },
        { "[::1]:8080:80", "::1 8080 80 tcp" },
        { "[::]:8080:80/udp", ":: 8080 80 udp" },
        { "[2001:db8::1]:1:2", "2001:db8::1 1 2 tcp" },
    };
    /* clang-format on */
    for (size_t i = 0; i < array_size(rows); i++) {
        cleanup_free char *shown = parsed(rows[i].text, false);
        assert_string_equal(shown, rows[i].shown);
    }
}

static void refuses_other_forms(void **state)
{
    (void)state;
    static const char *const texts[] = {"", ":", "0", "-1", "65536", "99999999999999999999",
        "80:", ":80", "a", "80:a", "80:0", "80:65536", "80/sctp", "80/", "80/udp/tcp",
        "8080-8090:80", "1.2.3:80:80", "1.2.3.4.5:80:80", "300.1.1.1:80:80", "example.com:80:80",
        "127.0.0.1:80", "127.0.0.1::80", "::1:80:80", "[::1:80:80", "[::1]80:80", "[]:80:80",
        "[x]:80:80", "[::1%lo]:80:80", "[127.0.0.1]:80:80", ":::80:80", "80:80:80", "1:2:3:4",
        " 80", "80 ", "+80", "0x50", "\x31\n"};
    for (size_t i = 0; i < array_size(texts); i++) {
        cleanup_free char *shown = parsed(texts[i], false);
        if (!strstr(shown, "and must be port, host:container or ip:host:container"))
            fail_msg("%s: %s", texts[i], shown);
    }
}

static void confines_a_projects_services(void **state)
{
    (void)state;
    /* clang-format off */
    static const struct {
        const char *text, *shown;
    } rows[] = {
        { "5432:5432", "127.0.0.1 5432 5432 tcp" },
        { "5432:5432/udp", "127.0.0.1 5432 5432 udp" },
        { "127.0.0.1:5432:5432", "127.0.0.1 5432 5432 tcp" },
        { "localhost:1:2", "127.0.0.1 1 2 tcp" },
        { "LocalHost:1:2", "127.0.0.1 1 2 tcp" },
        { "[::1]:1:2", "::1 1 2 tcp" },
        { "[0:0:0:0:0:0:0:1]:1:2", "0:0:0:0:0:0:0:1 1 2 tcp" },
    };
    /* clang-format on */
    for (size_t i = 0; i < array_size(rows); i++) {
        cleanup_free char *shown = parsed(rows[i].text, true);
        assert_string_equal(shown, rows[i].shown);
    }
}

static void refuses_a_project_the_network(void **state)
{
    (void)state;
    /* clang-format off */
    static const struct {
        const char *text, *shown;
    } rows[] = {
        { "5432", "is a bare port" },
        { "0.0.0.0:1:2", "binds to 0.0.0.0, all interfaces" },
        { "192.168.1.5:1:2", "binds to 192.168.1.5; a project's services publish on 127.0.0.1" },
        { "127.0.0.2:1:2", "binds to 127.0.0.2;" },
        { "[::]:1:2", "all IPv6 interfaces" },
        { "[0::]:1:2", "all IPv6 interfaces" },
        { "[::0]:1:2", "all IPv6 interfaces" },
        { "[::0:0]:1:2", "all IPv6 interfaces" },
        { "[0:0::0:0]:1:2", "all IPv6 interfaces" },
        { "[0:0:0:0:0:0:0:0]:1:2", "all IPv6 interfaces" },
        { "[0000:0000:0000:0000:0000:0000:0000:0000]:1:2", "all IPv6 interfaces" },
        { "[::0.0.0.0]:1:2", "all IPv6 interfaces" },
        { "[::ffff:0.0.0.0]:1:2", "binds to ::ffff:0.0.0.0;" },
        { "[::ffff:127.0.0.1]:1:2", "binds to ::ffff:127.0.0.1;" },
        { "[2001:db8::1]:1:2", "binds to 2001:db8::1;" },
        { ":::1:2", "and must be port" },
        { "*:1:2", "and must be port" },
    };
    /* clang-format on */
    for (size_t i = 0; i < array_size(rows); i++) {
        cleanup_free char *shown = parsed(rows[i].text, true);
        if (!strstr(shown, rows[i].shown))
            fail_msg("%s: \"%s\" has no \"%s\"", rows[i].text, shown, rows[i].shown);
    }
}

static void finds_collisions(void **state)
{
    (void)state;
    /* clang-format off */
    static const struct {
        const char *first, *second;
        bool collide;
    } rows[] = {
        { "80:80", "80:81", true },
        { "80:80", "81:80", false },
        { "80:80", "80:80/udp", false },
        { "127.0.0.1:80:80", "80:80", true },
        { "127.0.0.1:80:80", "127.0.0.2:80:80", false },
        { "0.0.0.0:80:80", "127.0.0.1:80:80", true },
        { "[::]:80:80", "127.0.0.1:80:80", true },
        { "[::1]:80:80", "127.0.0.1:80:80", false },
        { "127.0.0.1:80:80", "localhost:80:1", true },
    };
    /* clang-format on */
    for (size_t i = 0; i < array_size(rows); i++) {
        struct ports ports = {0};
        struct port a = {0}, b = {0};
        char *why = NULL;
        assert_true(port_parse(rows[i].first, &a, &why) && port_parse(rows[i].second, &b, &why));
        assert_true(ports_add(&ports, &a));
        if (ports_add(&ports, &b) == rows[i].collide)
            fail_msg("%s and %s", rows[i].first, rows[i].second);
        free(a.host_ip);
        free(b.host_ip);
        ports_release(&ports);
    }
}

static char *volume(const char *text, bool confined)
{
    static const char *const kinds[] = {"named", "anonymous", "host"};
    struct volume v = {0};
    cleanup_free char *why = NULL;
    if (!volume_parse(text, &v, &why))
        return take(why);
    char *shown = confined && !volume_confine(&v, &why)
                      ? take(why)
                      : mem_printf("%s %s %s [%s]%s", kinds[v.kind], v.source ? v.source : "-",
                            v.target, v.options, v.read_only ? " ro" : "");
    volume_release(&v);
    return shown;
}

static void reads_volumes(void **state)
{
    (void)state;
    /* clang-format off */
    static const struct {
        const char *text, *shown;
    } rows[] = {
        { "data:/var/lib", "named data /var/lib []" },
        { "my_data.v1-x:/d:ro", "named my_data.v1-x /d [ro] ro" },
        { "data:/d:ro,nocopy", "named data /d [ro,nocopy] ro" },
        { "./x:/x", "host ./x /x []" },
        { ".:/x", "host . /x []" },
        { "~/x:/x:z", "host ~/x /x [z]" },
        { "~:/x", "host ~ /x []" },
        { "../x:/x", "host ../x /x []" },
        { "/etc:/x:rw,rprivate", "host /etc /x [rw,rprivate]" },
        { "/data", "anonymous - /data []" },
    };
    /* clang-format on */
    for (size_t i = 0; i < array_size(rows); i++) {
        cleanup_free char *shown = volume(rows[i].text, false);
        assert_string_equal(shown, rows[i].shown);
    }
}

static void refuses_bad_volumes(void **state)
{
    (void)state;
    static const char *const texts[] = {"", "data", "data:", "data:x", ":/x", "a:/x", "da ta:/x",
        "data:/x/../y", "data:/../x", "data:/", "data:/ccpod/config", "data:/proc", "data:/dev/x",
        "data:/x:", "data:/x:bogus", "data:/x:ro,", "data:/x:,ro", "data:/x:ro:rw", "-x:/x",
        "C:\\x:/y", "data:/x\n", "sub/dir:/x", ".data:/x"};
    for (size_t i = 0; i < array_size(texts); i++) {
        cleanup_free char *shown = volume(texts[i], false);
        if (!text_starts(shown, "is \""))
            fail_msg("%s: %s", texts[i], shown);
    }
}

static void confines_a_projects_volumes(void **state)
{
    (void)state;
    /* clang-format off */
    static const struct {
        const char *text, *shown;
    } rows[] = {
        { "data:/x", "named data /x []" },
        { "data:/x:ro", "named data /x [ro] ro" },
        { "/etc:/x", "mounts the host path \"/etc\"; a project's services take named volumes" },
        { "./x:/x", "mounts the host path \"./x\"" },
        { "../x:/x", "mounts the host path \"../x\"" },
        { "~/x:/x", "mounts the host path \"~/x\"" },
        { ".:/x", "mounts the host path \".\"" },
        { "/x", "has no name" },
        { "ccpod-plugins-default:/x", "names \"ccpod-plugins-default\", a volume of plugins" },
    };
    /* clang-format on */
    for (size_t i = 0; i < array_size(rows); i++) {
        cleanup_free char *shown = volume(rows[i].text, true);
        if (!text_starts(shown, rows[i].shown))
            fail_msg("%s: \"%s\" has no \"%s\"", rows[i].text, shown, rows[i].shown);
    }
}

static void locates_host_paths(void **state)
{
    (void)state;
    /* clang-format off */
    static const struct {
        const char *text, *source;
    } rows[] = {
        { "./x:/x", "/p/x" },
        { ".:/x", "/p" },
        { "../x:/x", "/p/../x" },
        { "~/x:/x", "/home/u/x" },
        { "/x:/x", "/x" },
        { "data:/x", "data" },
    };
    /* clang-format on */
    setenv("HOME", "/home/u", 1);
    for (size_t i = 0; i < array_size(rows); i++) {
        struct volume v = {0};
        char *why = NULL;
        assert_true(volume_parse(rows[i].text, &v, &why));
        volume_locate(&v, "/p");
        assert_string_equal(v.source, rows[i].source);
        volume_release(&v);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_every_form),
        cmocka_unit_test(refuses_other_forms),
        cmocka_unit_test(confines_a_projects_services),
        cmocka_unit_test(refuses_a_project_the_network),
        cmocka_unit_test(finds_collisions),
        cmocka_unit_test(reads_volumes),
        cmocka_unit_test(refuses_bad_volumes),
        cmocka_unit_test(confines_a_projects_volumes),
        cmocka_unit_test(locates_host_paths),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
