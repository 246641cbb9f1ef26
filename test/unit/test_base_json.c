/* What an engine says, with NUL characters in it: all of it is read, and no text ends early. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/json.h"
#include "base/mem.h"

#define OTHER "\xef\xbf\xbd" /* U+FFFD */

/* `expected` NULL: refused. The text has no terminator, so that a read behind its end is seen. */
static void check(const char *text, const char *expected)
{
    size_t n = strlen(text);
    cleanup_error struct error err = {0};
    cleanup_free char *bytes = mem_alloc(n);
    memcpy(bytes, text, n);
    cleanup_json json_t *json = json_parse_foreign(bytes, n, "answer", &err);
    assert_int_equal(json == NULL, error_is_set(&err));
    if (!expected) {
        assert_null(json);
        assert_non_null(strstr(err.text, "answer:"));
        return;
    }
    assert_non_null(json);
    cleanup_free char *line = json_line(json);
    assert_string_equal(line, expected);
}

static void test_as_ever(void **state)
{
    (void)state;
    check("{\"a\":[1,\"b\"]}", "{\"a\":[1,\"b\"]}");
    check("", NULL);
    check("<html>", NULL);
    check("{\"a\":1,\"a\":2}", NULL);
    check("{\"a\":\"\\u000", NULL);
}

static void test_nuls(void **state)
{
    (void)state;
    check("\"\\u0000\"", "\"" OTHER "\"");
    check("{\"a\":\"x\\u0000\\u0000y\"}", "{\"a\":\"x" OTHER OTHER "y\"}");
    check("{\"k\\u0000\":\"\\u0000\"}", "{\"k" OTHER "\":\"" OTHER "\"}");
    check("{\"a\":\"\\u0000\",\"a\":2}", NULL);
    check("{\"a\":\"\\u0000\"", NULL);
}

/* A backslash that is a character itself, before what would be a NUL. */
static void test_backslashes(void **state)
{
    (void)state;
    check("\"\\\\u0000\"", "\"\\\\u0000\"");
    check("\"\\\\u0000\\u0000\"", "\"\\\\u0000" OTHER "\"");
    check("\"\\\\\\u0000\"", "\"\\\\" OTHER "\"");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_as_ever),
        cmocka_unit_test(test_nuls),
        cmocka_unit_test(test_backslashes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
