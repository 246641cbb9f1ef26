/* Detach keys: how they are written, and how they are found in every encoding and at every split.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/limits.h"
#include "base/mem.h"
#include "tty/detach.h"

static void reads_keys(void **unused)
{
    (void)unused;
    static const struct {
        const char *keys, *bytes;
    } rows[] = {
        {DETACH_DEFAULT,          "\x10\x11"    },
        {"ctrl-a",                "\x01"        },
        {"ctrl-A,ctrl-z",         "\x01\x1a"    },
        {"CTRL-[,ctrl-\\,ctrl-]", "\x1b\x1c\x1d"},
        {"ctrl-^,ctrl-_",         "\x1e\x1f"    },
        {"a,B,~,DEL, ",           "aB~\x7f "    },
        {"a,b,c,d,e,f,g,h",       "abcdefgh"    },
    };
    for (size_t i = 0; i < array_size(rows); i++) {
        struct detach d;
        cleanup_error struct error err = {0};
        assert_true(detach_init(&d, rows[i].keys, &err));
        assert_int_equal(d.n, strlen(rows[i].bytes));
        assert_memory_equal(d.keys, rows[i].bytes, d.n);
    }
    struct detach d;
    cleanup_error struct error err = {0};
    assert_true(detach_init(&d, "ctrl-@", &err));
    assert_int_equal(d.n, 1);
    assert_int_equal(d.keys[0], 0);
}

static void refuses_what_is_no_key(void **unused)
{
    (void)unused;
    static const char *const rows[] = {"", ",", "a,", ",a", "ctrl-", "ctrl-1", "ctrl-ab", "ab",
        "ctrl p", "strg-p", "\x10", "\303\244", "a, b", "a,b,c,d,e,f,g,h,i"};
    for (size_t i = 0; i < array_size(rows); i++) {
        struct detach d;
        cleanup_error struct error err = {0};
        assert_false(detach_init(&d, rows[i], &err));
        assert_non_null(strstr(err.text, rows[i]));
    }
}

/* What is typed; what the program gets; `|` ends what it gets before the keys were complete. */
static const struct {
    const char *keys, *typed, *passed;
    bool detached;
} rows[] = {
    {"ctrl-p,ctrl-q",        "",                                        "",                                   false},
    {"ctrl-p,ctrl-q",        "hello\r",                                 "hello\r",                            false},
    {"ctrl-p,ctrl-q",        "\x10\x11",                                "",                                   true },
    {"ctrl-p,ctrl-q",
     "ab\x10\x11"
        "cd",                                                           "ab",                                 true },
    {"ctrl-p,ctrl-q",        "\x10",                                    "\x10",                               false},
    {"ctrl-p,ctrl-q",        "\x10x\x11",                               "\x10x\x11",                          false},
    {"ctrl-p,ctrl-q",        "\x11\x10",                                "\x11\x10",                           false},
    {"ctrl-p,ctrl-q",        "\x10\x10\x11",                            "\x10",                               true },
    {"ctrl-p,ctrl-q",        "\x10\x10x",                               "\x10\x10x",                          false},
    {"ctrl-p,ctrl-p,ctrl-q", "\x10\x10\x10\x11",                        "\x10",                               true },
    {"a,b,a,c",              "abababac",                                "abab",                               true },
    {"a,b,a,c",              "ababab",                                  "ababab",                             false},
    {"ctrl-a",               "x\x01",                                   "x",                                  true },

 /* other sequences pass */
    {"ctrl-p,ctrl-q",        "\033[A\033OA\033[1;5C\033[15~",           "\033[A\033OA\033[1;5C\033[15~",      false},
    {"ctrl-p,ctrl-q",        "\033[200~paste\033[201~",                 "\033[200~paste\033[201~",            false},
    {"ctrl-p,ctrl-q",        "\033x\033\033",                           "\033x\033\033",                      false},
    {"ctrl-p,ctrl-q",        "\033",                                    "\033",                               false},
    {"ctrl-p,ctrl-q",        "\033[",                                   "\033[",                              false},
    {"ctrl-p,ctrl-q",        "\033[112;5",                              "\033[112;5",                         false},
    {"ctrl-p,ctrl-q",        "\x10\033[A\x11",                          "\x10\033[A\x11",                     false},
    {"ctrl-p,ctrl-q",        "\x10\033[\x11",                           "\x10\033[\x11",                      false},
    {"ctrl-p,ctrl-q",        "\303\244\342\202\254\xff",                "\303\244\342\202\254\xff",           false},

 /* the kitty keyboard */
    {"ctrl-p,ctrl-q",        "\033[112;5u\033[113;5u",                  "",                                   true },
    {"ctrl-p,ctrl-q",        "\x10\033[113;5u",                         "",                                   true },
    {"ctrl-p,ctrl-q",        "\033[112;5u\x11",                         "",                                   true },
    {"ctrl-p,ctrl-q",        "\033[112;5u",                             "\033[112;5u",                        false},
    {"ctrl-p,ctrl-q",        "\033[112;5u\033[97u",                     "\033[112;5u\033[97u",                false},
    {"ctrl-p,ctrl-q",        "\033[112u\033[113u",                      "\033[112u\033[113u",                 false},
    {"ctrl-p,ctrl-q",        "\033[112;6u\033[113;6u",                  "\033[112;6u\033[113;6u",             false},
    {"ctrl-p,ctrl-q",        "\033[112;7u\033[113;7u",                  "\033[112;7u\033[113;7u",             false},
    {"ctrl-p,ctrl-q",        "\033[112;69u\033[113;133u",               "",                                   true },
    {"ctrl-p,ctrl-q",        "\033[112;5:1u\033[113;5:2u",              "",                                   true },
    {"ctrl-p,ctrl-q",        "\033[112;5:1u\033[112;5:3u\033[113;5:1u", "",                                   true },
    {"ctrl-p,ctrl-q",        "\033[112;5:3u\033[113;5:3u",              "\033[112;5:3u\033[113;5:3u",         false},
    {"ctrl-p,ctrl-q",
     "\033[57442;5:1u\033[112;5:1u\033[112;5:3u\033[57442;1:3u\033[57442;5u"
        "\033[113;5:1u",                                                "\033[57442;5:1u",                    true },
    {"ctrl-p,ctrl-q",        "\033[1079::112;5u\033[1081::113;5u",      "",                                   true },
    {"ctrl-p,ctrl-q",        "\033[112:80:112;5u\033[113:81;5;u",       "",                                   true },
    {"a,B",                  "\033[97u\033[98;2u",                      "",                                   true },
    {"a,B",                  "\033[97;1;97u\033[98:66;2;66u",           "",                                   true },
    {"ctrl-@",               "\033[64;5u",                              "",                                   true },
    {"ctrl-@",               "\033[32;5u",                              "",                                   true },
    {"ctrl-@",               "\033[50:64;6u",                           "",                                   true },
    {"ctrl-\\",              "\033[92;5u",                              "",                                   true },
    {"ctrl-^",               "\033[54:94;6u",                           "",                                   true },
    {"ctrl-_",               "\033[45:95;6u",                           "",                                   true },
    {"DEL",                  "\033[127u",                               "",                                   true },
    {"ctrl-[",               "\033[27u",                                "",                                   true },
    {"ctrl-[",               "\033[91;5u",                              "",                                   true },
    {"ctrl-p,ctrl-q",        "\033[;5u\033[u\033[;;u\033[112;5;u",      "\033[;5u\033[u\033[;;u\033[112;5;u",
     false                                                                                                         },

 /* modifyOtherKeys */
    {"ctrl-p,ctrl-q",        "\033[27;5;112~\033[27;5;113~",            "",                                   true },
    {"ctrl-p,ctrl-q",        "\033[27;5;112~\x11",                      "",                                   true },
    {"ctrl-p,ctrl-q",        "\033[27;6;112~\033[27;5;113~",            "\033[27;6;112~\033[27;5;113~",       false},
    {"ctrl-p,ctrl-q",        "\033[27~\033[27;5~",                      "\033[27~\033[27;5~",                 false},

 /* reports in between are no keys */
    {"ctrl-p,ctrl-q",        "\x10\033[I\033[O\x11",                    "",                                   true },
    {"ctrl-p,ctrl-q",        "\x10\033[<35;10;20M\033[<0;1;1m\x11",     "",                                   true },
    {"ctrl-p,ctrl-q",        "\x10\033[M !!\x11",                       "",                                   true },
    {"ctrl-p,ctrl-q",        "\x10\033[?62;4c\033[?1u\x11",             "",                                   true },
    {"ctrl-p,ctrl-q",        "\x10\033[48;24;80;0;0t\x11",              "",                                   true },
    {"ctrl-p,ctrl-q",        "\x10\033[1;1:3A\x11",                     "",                                   true },
    {"ctrl-p,ctrl-q",        "\x10\033[Ix",                             "\x10\033[Ix",                        false},
    {"ctrl-p,ctrl-q",        "\x10\033[I\x10\033[O\x11",                "\x10\033[I",                         true },
    {"ctrl-p,ctrl-q",        "\033[I\x10",                              "\033[I\x10",                         false},
    {"ctrl-p,ctrl-q",        "\033[M \x10\x11x",                        "\033[M \x10\x11x",                   false},

 /* a lone ESC is a key once nothing follows */
    {"ctrl-a,ctrl-[",        "\x01\033",                                "",                                   true },
    {"ctrl-[,ctrl-[",        "\033\033",                                "",                                   true },
    {"ctrl-[,x",             "\033x",                                   "",                                   true },
    {"ctrl-[,x",             "\033[A",                                  "\033[A",                             false},
    {"ctrl-a,ctrl-[",        "\x01\033[A",                              "\x01\033[A",                         false},
};

static bool type(struct detach *d, const char *s, size_t n, struct str *pass)
{
    char *copy = mem_alloc(n);
    memcpy(copy, s, n);
    bool detached = detach_feed(d, copy, n, pass);
    free(copy);
    return detached;
}

static void expect(size_t i, bool detached, const struct str *pass)
{
    if (detached != rows[i].detached || strcmp(pass->s, rows[i].passed) != 0)
        fail_msg("row %zu (%s): %s, passes %zu bytes, not %zu", i, rows[i].keys,
            detached ? "detaches" : "does not detach", pass->len, strlen(rows[i].passed));
}

static void finds_the_keys(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < array_size(rows); i++) {
        size_t n = strlen(rows[i].typed);
        for (size_t at = 0; at <= n; at++) {
            struct detach d;
            cleanup_str struct str pass = STR(KIB);
            detach_init(&d, rows[i].keys, NULL);
            bool detached = type(&d, rows[i].typed, at, &pass) ||
                            type(&d, rows[i].typed + at, n - at, &pass) || detach_flush(&d, &pass);
            expect(i, detached, &pass);
            assert_int_equal(detach_wait(&d), 0);
        }
        struct detach d;
        cleanup_str struct str pass = STR(KIB);
        detach_init(&d, rows[i].keys, NULL);
        bool detached = false;
        for (size_t at = 0; at < n && !detached; at++)
            detached = type(&d, rows[i].typed + at, 1, &pass);
        expect(i, detached || detach_flush(&d, &pass), &pass);
    }
}

static void says_how_long_to_wait(void **unused)
{
    (void)unused;
    struct detach d;
    cleanup_str struct str pass = STR(KIB);
    detach_init(&d, DETACH_DEFAULT, NULL);
    assert_int_equal(detach_wait(&d), 0);
    type(&d, "x", 1, &pass);
    assert_int_equal(detach_wait(&d), 0);
    type(&d, "\033", 1, &pass);
    assert_int_equal(detach_wait(&d), DETACH_ESCAPE_MS);
    type(&d, "[A", 2, &pass);
    assert_int_equal(detach_wait(&d), 0);
    type(&d, "\x10", 1, &pass);
    assert_int_equal(detach_wait(&d), DETACH_TYPING_MS);
    assert_string_equal(pass.s, "x\033[A");
    assert_false(detach_flush(&d, &pass));
    assert_string_equal(pass.s, "x\033[A\x10");
    assert_int_equal(detach_wait(&d), 0);
    assert_false(type(&d, "\x11", 1, &pass));
    assert_string_equal(pass.s, "x\033[A\x10\x11");
}

/* Bytes that are held have a maximum, and none is lost or reordered. */
static void loses_nothing(void **unused)
{
    (void)unused;
    static const char bits[] = "\x10\x10\x10\033\033[[[<;:0123456789uM~IOm\x11x";
    uint32_t random = 3;
    struct detach d;
    detach_init(&d, "ctrl-p,ctrl-p,ctrl-p,x", NULL);
    cleanup_str struct str typed = STR(MIB), pass = STR(MIB);
    for (int round = 0; round < 20000; round++) {
        char bytes[700];
        size_t n = random % (round % 50 ? 16 : sizeof bytes);
        for (size_t i = 0; i < n; i++) {
            random = random * 1664525 + 1013904223;
            bytes[i] = bits[(random >> 8) % (sizeof bits - 1)];
        }
        random = random * 1664525 + 1013904223;
        str_add(&typed, bytes, n);
        bool detached = type(&d, bytes, n, &pass);
        assert_true(d.n_held <= DETACH_HELD);
        if (detached || detach_flush(&d, &pass)) {
            assert_true(pass.len < typed.len);
            assert_memory_equal(pass.s, typed.s, pass.len);
        } else {
            assert_int_equal(pass.len, typed.len);
            assert_memory_equal(pass.s, typed.s, typed.len);
        }
        str_clear(&typed);
        str_clear(&pass);
    }
}

static void gives_up_on_too_much(void **unused)
{
    (void)unused;
    struct detach d;
    detach_init(&d, DETACH_DEFAULT, NULL);
    cleanup_str struct str typed = STR(MIB), pass = STR(MIB);
    str_addc(&typed, '\x10');
    for (int i = 0; i < 100; i++)
        str_addz(&typed, "\033[<35;10;20M");
    assert_false(type(&d, typed.s, typed.len, &pass));
    assert_int_equal(detach_wait(&d), 0);
    assert_string_equal(pass.s, typed.s);

    str_clear(&typed);
    str_clear(&pass);
    str_addz(&typed, "\033[");
    for (int i = 0; i < 1000; i++)
        str_addc(&typed, '1');
    assert_false(type(&d, typed.s, typed.len, &pass));
    assert_int_equal(detach_wait(&d), 0);
    assert_string_equal(pass.s, typed.s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_keys),
        cmocka_unit_test(refuses_what_is_no_key),
        cmocka_unit_test(finds_the_keys),
        cmocka_unit_test(says_how_long_to_wait),
        cmocka_unit_test(loses_nothing),
        cmocka_unit_test(gives_up_on_too_much),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
