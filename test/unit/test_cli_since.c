/* Points in time, as --since takes them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "cli/since.h"

enum { NOW = 1795222831 };

static void expect(const char *text, long long seconds)
{
    cleanup_error struct error err = {0};
    long long found = -1;
    if (!since_parse(text, NOW, &found, &err))
        fail_msg("%s: %s", text, err.text);
    assert_int_equal(found, seconds);
}

static void test_durations(void **state)
{
    (void)state;
    expect("10s", NOW - 10);
    expect("1h30m", NOW - 5400);
    expect("300", NOW - 300);
}

static void test_dates(void **state)
{
    (void)state;
    expect("2026-11-21T10:00:00Z", 1795255200);
    expect("2026-11-21 10:00:00+02:00", 1795255200 - 7200);
    expect("2026-11-21T10:00:00-00:30", 1795255200 + 1800);
    expect("1795255200", 1795255200);
    expect("2026-11-21", 1795219200); /* local time */
    expect("2026-11-21T10:00:00", 1795255200);
}

static void test_what_is_none(void **state)
{
    static const char *const wrong[] = {"", "yesterday", "2026-13-01", "2026-11-21T", "10 m",
        "2026-11-21T10:00:00X", "2026-11-21T10:00:00+1", "2026-11-21T10:00:00+aa:bb", "-5m"};
    (void)state;
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        cleanup_error struct error err = {0};
        long long found;
        if (since_parse(wrong[i], NOW, &found, &err))
            fail_msg("\"%s\" was taken for %lld", wrong[i], found);
        assert_int_equal(err.exit_code, EXIT_CODE_USAGE);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_durations),
        cmocka_unit_test(test_dates),
        cmocka_unit_test(test_what_is_none),
    };
    setenv("TZ", "UTC0", 1);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
