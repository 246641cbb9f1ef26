/* What of a container's line reaches a terminal. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/limits.h"
#include "cli/log_line.h"

static void expect(const char *line, size_t n, bool color, const char *shown)
{
    cleanup_str struct str out = STR(MIB);
    log_line_add(&out, line, n, color);
    assert_string_equal(out.s, shown);
}

#define EXPECT(line, color, shown) expect(line, sizeof(line) - 1, color, shown)

static void test_text_passes(void **state)
{
    (void)state;
    EXPECT("", true, "");
    EXPECT("plain text, \xc3\xa4", true, "plain text, \xc3\xa4");
    EXPECT("a\ttab", true, "a\ttab");
}

static void test_colors_pass_and_end(void **state)
{
    (void)state;
    EXPECT("\x1b[31mred\x1b[0m", true, "\x1b[31mred\x1b[0m\x1b[0m");
    EXPECT("\x1b[38;5;1m\x1b[48:2::1:2:3mx", true, "\x1b[38;5;1m\x1b[48:2::1:2:3mx\x1b[0m");
    EXPECT("\x1b[mx", true, "\x1b[mx\x1b[0m");
}

static void test_colors_go_where_there_are_none(void **state)
{
    (void)state;
    EXPECT("\x1b[31mred\x1b[0m", false, "red");
}

static void test_nothing_else_passes(void **state)
{
    (void)state;
    EXPECT("\x1b[2Jx", true, "\\x1b[2Jx");
    EXPECT("\x1b[?25m", true, "\\x1b[?25m");
    EXPECT("\x1b[31", true, "\\x1b[31");
    EXPECT("\x1b]0;title\x07", true, "\\x1b]0;title\\x07");
    EXPECT("a\rb\x08", true, "a\\x0db\\x08");
    EXPECT("\xc2\x9b"
           "2J \x9b",
        true, "\\xc2\\x9b2J \\x9b");
    EXPECT("zero\0byte", true, "zero\\x00byte");
    EXPECT("\x1b", true, "\\x1b");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_text_passes),
        cmocka_unit_test(test_colors_pass_and_end),
        cmocka_unit_test(test_colors_go_where_there_are_none),
        cmocka_unit_test(test_nothing_else_passes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
