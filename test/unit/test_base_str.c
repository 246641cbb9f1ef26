/* Text with a maximum, harmless text, numbers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/str.h"

static void keeps_its_maximum(void **state)
{
    (void)state;
    cleanup_str struct str s = STR(5);
    assert_true(str_addz(&s, "abc"));
    assert_false(str_addz(&s, "def"));
    assert_true(s.full);
    assert_string_equal(s.s, "abc");
    assert_true(str_addz(&s, "de"));
    assert_string_equal(s.s, "abcde");
}

static void makes_text_harmless(void **state)
{
    (void)state;
    static const struct {
        const char *in, *out;
    } rows[] = {
        {"plain \xc3\xa9", "plain \xc3\xa9"    },
        {"\x1b[2J",        "\\x1b[2J"          },
        {"a\nb\tc",        "a\\x0ab\\x09c"     },
        {"\xc2\x9b"
         "31m",   "\\xc2\\x9b31m"     },
        {"\xe2\x80\xae"
         "gnp",   "\\xe2\\x80\\xaegnp"},
        {"bad \xff\xc3",   "bad \\xff\\xc3"    },
        {"\xed\xa0\x80",   "\\xed\\xa0\\x80"   },
        {"\xc0\xaf",       "\\xc0\\xaf"        },
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        cleanup_str struct str s = STR(1000);
        str_add_harmless(&s, rows[i].in, strlen(rows[i].in), 512);
        assert_string_equal(s.s, rows[i].out);
    }
    cleanup_str struct str s = STR(1000);
    str_add_harmless(&s, "0123456789", 10, 4);
    assert_string_equal(s.s, "0123...");
}

static void reads_whole_numbers_only(void **state)
{
    (void)state;
    long long n = -1;
    assert_true(text_number("65535", 1, 65535, &n));
    assert_int_equal(n, 65535);
    static const char *const bad[] = {
        "", "x", "1x", " 1", "+1", "0", "65536", "99999999999999999999"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_false(text_number(bad[i], 1, 65535, &n));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keeps_its_maximum),
        cmocka_unit_test(makes_text_harmless),
        cmocka_unit_test(reads_whole_numbers_only),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
