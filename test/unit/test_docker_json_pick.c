/* Reading what is asked for of a JSON array: the same values as jansson reads, and nothing else. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/json.h"
#include "base/mem.h"
#include "docker/json_pick.h"

static const struct json_pick inner[] = {
    {"x",  NULL},
    {NULL, NULL},
};

static const struct json_pick picks[] = {
    {"a",  NULL },
    {"in", inner},
    {NULL, NULL },
};

/* `expected` NULL: refused. The text has no terminator, so that a read behind its end is seen. */
static void check(const char *text, const char *expected)
{
    size_t n = strlen(text);
    cleanup_free char *bytes = mem_alloc(n);
    memcpy(bytes, text, n);
    cleanup_json json_t *json = json_pick(bytes, n, picks);
    if (!expected) {
        assert_null(json);
        return;
    }
    assert_non_null(json);
    cleanup_free char *line = json_line(json);
    assert_string_equal(line, expected);
}

static void test_members(void **state)
{
    (void)state;
    check("[]", "[]");
    check("[{}]", "[{}]");
    check("[{\"a\":1}]", "[{\"a\":1}]");
    check("[{\"b\":1}]", "[{}]");
    check("[{\"b\":1,\"a\":2,\"c\":3},{\"a\":\"t\"}]", "[{\"a\":2},{\"a\":\"t\"}]");
    check(" [ { \"b\" : [ 1 ] , \"a\" : { \"y\" : null } } ] \n", "[{\"a\":{\"y\":null}}]");
    check("[{\"ab\":1,\"\":2}]", "[{}]");
}

static void test_inner(void **state)
{
    (void)state;
    check("[{\"in\":{\"y\":1,\"x\":2}}]", "[{\"in\":{\"x\":2}}]");
    check("[{\"in\":{}}]", "[{\"in\":{}}]");
    check("[{\"in\":null}]", "[{\"in\":null}]");
    check("[{\"in\":[{\"y\":1}]}]", "[{\"in\":[{\"y\":1}]}]");
}

static void test_strings(void **state)
{
    (void)state;
    check("[{\"a\":\"\"}]", "[{\"a\":\"\"}]");
    check("[{\"a\":\"\\\"\\\\\"}]", "[{\"a\":\"\\\"\\\\\"}]");
    check("[{\"b\":\"\\\\\",\"a\":\"]}\"}]", "[{\"a\":\"]}\"}]");
    check("[{\"b\":\"\\\\\\\"}]\",\"a\":1}]", "[{\"a\":1}]");
    check("[{\"b\":{\"c\":[\"}\",{\"d\":\"\\\"\"}]},\"a\":1}]", "[{\"a\":1}]");
    check("[{\"a\":\"\\u00e9\"}]", "[{\"a\":\"\xc3\xa9\"}]");
    check("[{\"a\":\"x\\u0000y\",\"b\\u0000\":\"\\u0000\"}]", "[{\"a\":\"x\xef\xbf\xbdy\"}]");
}

/* Whatever is odd is left to jansson. */
static void test_refused(void **state)
{
    (void)state;
    check("", NULL);
    check("{\"message\":\"no\"}", NULL);
    check("[1]", NULL);
    check("[{\"a\":1}", NULL);
    check("[{\"a\":1}] x", NULL);
    check("[{\"a\":1},]", NULL);
    check("[{\"a\":1,}]", NULL);
    check("[{\"a\":1,\"a\":2}]", NULL);
    check("[{\"a\":}]", NULL);
    check("[{\"a\":tru}]", NULL);
    check("[{\"a\":\"\xff\"}]", NULL);
    check("[{\"a\":\"\\q\"}]", NULL);
}

static void test_cut(void **state)
{
    static const char text[] = "[{\"b\":{\"c\":\"\\\"\"},\"a\":[\"x\"],\"in\":{\"x\":1}}]";
    (void)state;
    for (size_t n = 0; n + 1 < sizeof text - 1; n++) {
        cleanup_free char *cut = mem_strndup(text, n);
        check(cut, NULL);
    }
    check(text, "[{\"a\":[\"x\"],\"in\":{\"x\":1}}]");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_members),
        cmocka_unit_test(test_inner),
        cmocka_unit_test(test_strings),
        cmocka_unit_test(test_refused),
        cmocka_unit_test(test_cut),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
