/* JSON streams: the same objects come out however the bytes are split. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/json.h"
#include "base/limits.h"
#include "base/mem.h"
#include "docker/json_stream.h"

static void note(void *user, const json_t *object)
{
    cleanup_free char *line = json_line(object);
    str_addf(user, "%s\n", line);
}

/* Feeds `text` in pieces of `size` bytes; the objects, a line each, go to *ret. */
static bool feed(const char *text, size_t n, size_t size, struct str *ret, bool *ret_inside)
{
    cleanup_error struct error err = {0};
    struct json_stream stream;
    bool ok = true;
    json_stream_init(&stream, note, ret);
    for (size_t at = 0; at < n; at += size)
        ok = json_stream_feed(&stream, text + at, n - at < size ? n - at : size, &err);
    assert_int_equal(ok, !error_is_set(&err));
    *ret_inside = json_stream_is_inside(&stream);
    json_stream_release(&stream);
    return ok;
}

static void check(const char *text, const char *expected)
{
    for (size_t size = 1; size <= strlen(text); size++) {
        cleanup_str struct str out = STR(KIB);
        bool inside;
        assert_true(feed(text, strlen(text), size, &out, &inside));
        assert_string_equal(out.s, expected);
        assert_false(inside);
    }
}

static void test_separators(void **state)
{
    (void)state;
    check("{\"a\":1}{\"b\":2}", "{\"a\":1}\n{\"b\":2}\n");
    check("{\"a\":1}\r\n{\"b\":2}\r\n", "{\"a\":1}\n{\"b\":2}\n");
    check("\036{\"a\":1}\n\036{\"b\":2}\n", "{\"a\":1}\n{\"b\":2}\n");
    check(" \n\t", "");
}

static void test_strings(void **state)
{
    (void)state;
    check("{\"a\":\"}{\"}", "{\"a\":\"}{\"}\n");
    check("{\"a\":\"\\\"}\"}", "{\"a\":\"\\\"}\"}\n");
    check("{\"a\":\"\\\\\"}{}", "{\"a\":\"\\\\\"}\n{}\n");
    check("{\"a\":\"\\u0000\",\"b\\u0000\":1}{}",
        "{\"a\":\"\xef\xbf\xbd\",\"b\xef\xbf\xbd\":1}\n{}\n");
    check("{\"a\":[{\"b\":[]},[\"]\"]]}", "{\"a\":[{\"b\":[]},[\"]\"]]}\n");
}

static void check_broken(const char *text, const char *before)
{
    for (size_t size = 1; size <= strlen(text); size++) {
        cleanup_str struct str out = STR(KIB);
        bool inside;
        assert_false(feed(text, strlen(text), size, &out, &inside));
        assert_string_equal(out.s, before);
    }
}

static void test_broken(void **state)
{
    (void)state;
    check_broken("<html>", "");
    check_broken("{}x{}", "{}\n");
    check_broken("{\"a\":1}[1]{}", "{\"a\":1}\n");
    check_broken("{]{}", "");
    check_broken("{\"a\" 1}{}", "");
}

static void test_cut(void **state)
{
    (void)state;
    cleanup_str struct str out = STR(KIB);
    bool inside;
    assert_true(feed("{}{\"a\":", 7, 3, &out, &inside));
    assert_true(inside);
    assert_string_equal(out.s, "{}\n");
}

static void test_bound(void **state)
{
    (void)state;
    size_t n = LIMIT_JSON_OBJECT + 10;
    cleanup_free char *text = mem_alloc(n);
    cleanup_str struct str out = STR(KIB);
    bool inside;
    memset(text, 'a', n);
    memcpy(text, "{\"a\":\"", 6);
    assert_false(feed(text, n, 64 * KIB, &out, &inside));
    assert_string_equal(out.s, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_separators),
        cmocka_unit_test(test_strings),
        cmocka_unit_test(test_broken),
        cmocka_unit_test(test_cut),
        cmocka_unit_test(test_bound),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
