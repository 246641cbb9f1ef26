/* What a program leaves switched on, and the sequences that undo it, at every split. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/limits.h"
#include "base/mem.h"
#include "tty/modes.h"

static const struct {
    const char *written, *undo;
} rows[] = {
  /* nothing is on */
    {"",                                                                                          ""                           },
    {"text, \303\244\342\202\254 and lines\r\n\t\b\007",                                          ""                           },
    {"\033[2J\033[H\033[10;20H\033[K\033[3A\033M\033D",                                           ""                           },
    {"\033[?1049h\033[?1049l",                                                                    ""                           },
    {"\033[?25l\033[?25h\033[?7l\033[?7h",                                                        ""                           },
    {"\033[?2026h\033[?2026l",                                                                    ""                           },
    {"\033[?1000;1002;1003;1006h\033[?1000;1002;1003;1006l",                                      ""                           },
    {"\033]0;title\007\033]2;title\033\\",                                                        ""                           },
    {"\033[c\033[6n\033[?u\033]11;?\007\033P+q544e\033\\",                                        ""                           },
    {"\033[?77777h\033[77h\033[?0h\033[h\033[?h",                                                 ""                           },
    {"\033=\033>\0337\0338\033[s\033[u",                                                          ""                           },

 /* screen and cursor */
    {"\033[?1049h",                                                                               "\033[?1049l"                },
    {"\033[?1047h",                                                                               "\033[?1047l"                },
    {"\033[?47h",                                                                                 "\033[?47l"                  },
    {"\033[?47h\033[?1049h",                                                                      "\033[?1049l"                },
    {"\033[?1049h\033[?47l",                                                                      ""                           },
    {"\033[?25l",                                                                                 "\033[?25h"                  },
    {"\033[4 q",                                                                                  "\033[0 q"                   },
    {"\033[4 q\033[0 q",                                                                          ""                           },
    {"\033[4 q\033[ q",                                                                           ""                           },
    {"\033[?17;0;64c",                                                                            "\033[?0c"                   },
    {"\033[?8c\033[?0c",                                                                          ""                           },
    {"\033[?5h",                                                                                  "\033[?5l"                   },
    {"\033[?7l",                                                                                  "\033[?7h"                   },

 /* what sends bytes */
    {"\033[?9h",                                                                                  "\033[?9l"                   },
    {"\033[?1000h",                                                                               "\033[?1000l"                },
    {"\033[?1001h",                                                                               "\033[?1001l"                },
    {"\033[?1002h",                                                                               "\033[?1002l"                },
    {"\033[?1003h",                                                                               "\033[?1003l"                },
    {"\033[?1004h",                                                                               "\033[?1004l"                },
    {"\033[?1005h",                                                                               "\033[?1005l"                },
    {"\033[?1006h",                                                                               "\033[?1006l"                },
    {"\033[?1015h",                                                                               "\033[?1015l"                },
    {"\033[?1016h",                                                                               "\033[?1016l"                },
    {"\033[?2004h",                                                                               "\033[?2004l"                },
    {"\033[?2031h",                                                                               "\033[?2031l"                },
    {"\033[?2048h",                                                                               "\033[?2048l"                },
    {"\033[?9001h",                                                                               "\033[?9001l"                },
    {"\033[?1000;1006h",                                                                          "\033[?1000l\033[?1006l"     },
    {"\033[?1000h\033[?1002h\033[?1000l",                                                         "\033[?1002l"                },
    {"\033[?2004s\033[?2004h\033[?2004r",                                                         ""                           },
    {"\033[?2004h\033[?2004s\033[?2004l\033[?2004r",                                              "\033[?2004l"                },

 /* keyboard */
    {"\033[?1h",                                                                                  "\033[?1l"                   },
    {"\033=",                                                                                     "\033>"                      },
    {"\033[?66h",                                                                                 "\033>"                      },
    {"\033=\033[?66l",                                                                            ""                           },
    {"\033[2h",                                                                                   "\033[2l"                    },
    {"\033[>4;2m",                                                                                "\033[>4m"                   },
    {"\033[>4;2m\033[>4m",                                                                        ""                           },
    {"\033[>4;2m\033[>4;0m",                                                                      ""                           },
    {"\033[>4;2m\033[>4n",                                                                        ""                           },
    {"\033[>4;2m\033[>m",                                                                         ""                           },
    {"\033[>1;3m\033[>4;1m",                                                                      "\033[>1m\033[>4m"           },
    {"\033[>2n",                                                                                  "\033[>2m"                   },
    {"\033[>n",                                                                                   "\033[>2m"                   },
    {"\033[>4;1f",                                                                                "\033[>4f"                   },
    {"\033[>4;1f\033[>4;0f",                                                                      ""                           },
    {"\033[>4;1f\033[>4f",                                                                        ""                           },
    {"\033[>1u",                                                                                  "\033[<1u"                   },
    {"\033[>1u\033[<u",                                                                           ""                           },
    {"\033[>1u\033[>5u\033[>u",                                                                   "\033[<3u"                   },
    {"\033[>1u\033[>5u\033[>u\033[<2u",                                                           "\033[<1u"                   },
    {"\033[<9u",                                                                                  ""                           },
    {"\033[=5u",                                                                                  "\033[=0u"                   },
    {"\033[=5u\033[=0u",                                                                          ""                           },
    {"\033[=5;2u\033[=4;3u\033[=1;3u",                                                            ""                           },
    {"\033[=5u\033[<u",                                                                           ""                           },
    {"\033[>1u\033[=9u",                                                                          "\033[<1u"                   },
    {"\033[>1u\033[>1u\033[>1u\033[>1u\033[>1u\033[>1u\033[>1u\033[>1u\033[>1u",                  "\033[<99u"                  },
    {"\033[>1u\033[?1049h\033[>3u",                                                               "\033[<1u\033[?1049l\033[<1u"},
    {"\033[>1u\033[?1049h\033[>3u\033[<u",                                                        "\033[?1049l\033[<1u"        },

 /* the page */
    {"\033[5;10r",                                                                                "\0337\033[r\0338"           },
    {"\033[5;10r\033[r",                                                                          ""                           },
    {"\033[5;10r\033[;r",                                                                         ""                           },
    {"\033[5r",                                                                                   "\0337\033[r\0338"           },
    {"\033[?6h",                                                                                  "\033[?6l\033[r\033[999;1H"  },
    {"\033[5;10r\033[?6h",                                                                        "\033[?6l\033[r\033[999;1H"  },
    {"\033[?69h",                                                                                 "\033[?69l"                  },
    {"\033[?45h",                                                                                 "\033[?45l"                  },
    {"\033[4h",                                                                                   "\033[4l"                    },
    {"\033[20h",                                                                                  "\033[20l"                   },
    {"\033[4l\033[20l",                                                                           ""                           },

 /* text */
    {"\033[1m",                                                                                   "\033[m"                     },
    {"\033[1;31;44m\033[m",                                                                       ""                           },
    {"\033[1;31;44m\033[0m",                                                                      ""                           },
    {"\033[31;0m",                                                                                ""                           },
    {"\033[0;31m",                                                                                "\033[m"                     },
    {"\033[31m\033[39m",                                                                          ""                           },
    {"\033[1;2m\033[22m\033[3m\033[23m\033[4m\033[24m",                                           ""                           },
    {"\033[5m\033[25m\033[7m\033[27m\033[8m\033[28m\033[9m\033[29m",                              ""                           },
    {"\033[12m\033[10m\033[53m\033[55m\033[51m\033[54m",                                          ""                           },
    {"\033[95m\033[39m\033[105m\033[49m",                                                         ""                           },
    {"\033[38;5;0m",                                                                              "\033[m"                     },
    {"\033[38;5;0m\033[39m",                                                                      ""                           },
    {"\033[48;2;0;0;0m",                                                                          "\033[m"                     },
    {"\033[48;2;0;0;0;49m",                                                                       ""                           },
    {"\033[38:2::0:0:0m",                                                                         "\033[m"                     },
    {"\033[58:5:0m\033[59m",                                                                      ""                           },
    {"\033[4:3m",                                                                                 "\033[m"                     },
    {"\033[4:3m\033[4:0m",                                                                        ""                           },
    {"\033[1m\0337\033[m\0338",                                                                   "\033[m"                     },
    {"\016",                                                                                      "\017"                       },
    {"\016text\017",                                                                              ""                           },
    {"\033n",                                                                                     "\017"                       },
    {"\033(0",                                                                                    "\033(B"                     },
    {"\033(0qqq\033(B",                                                                           ""                           },
    {"\033)0\033*0",                                                                              ""                           },
    {"\033%@",                                                                                    "\033%G"                     },
    {"\033%@\033%G",                                                                              ""                           },
    {"\033]8;;http://x/\033\\text",                                                               "\033]8;;\033\\"             },
    {"\033]8;id=1;http://x/\007text",                                                             "\033]8;;\033\\"             },
    {"\033]8;;http://x/\033\\text\033]8;;\033\\",                                                 ""                           },
    {"\033]9;4;1;50\033\\",                                                                       "\033]9;4;0\033\\"           },
    {"\033]9;4;3\007",                                                                            "\033]9;4;0\033\\"           },
    {"\033]9;4;1;50\033\\\033]9;4;0;\033\\",                                                      ""                           },
    {"\033]9;message\007",                                                                        ""                           },

 /* 1049 brings the text back as it was */
    {"\033[1m\033[?1049h\033[m",                                                                  "\033[?1049l\033[m"          },
    {"\033[1m\033[?1049h\033[m\033[?1049l",                                                       "\033[m"                     },
    {"\016\033[?1048h\017\033[?1048l",                                                            "\017"                       },

 /* resets */
    {"\033[?1049h\033[?1003h\033[>4;2m\033[>1u\033[1m\033[?25l\033c",                             ""                           },
    {"\033[?25l\033[?1h\033=\033[?7l\033[4h\033[?6h\033[2;3r\033[1m\033[!p",                      ""                           },
    {"\033[?2004h\033[!p",                                                                        "\033[?2004l"                },

 /* sequences that are not complete, cancelled, malformed, interrupted */
    {"\033",                                                                                      "\030\033\\"                 },
    {"\033[",                                                                                     "\030\033\\"                 },
    {"\033[?104",                                                                                 "\030\033\\"                 },
    {"\033[1;2",                                                                                  "\030\033\\"                 },
    {"\033]0;tit",                                                                                "\030\033\\"                 },
    {"\033Pq#0",                                                                                  "\030\033\\"                 },
    {"\033_Gi=1;AAAA",                                                                            "\030\033\\"                 },
    {"\033[?1049\030h",                                                                           ""                           },
    {"\033[?1049\032h",                                                                           ""                           },
    {"\033[?1049\033[?25l",                                                                       "\033[?25h"                  },
    {"\033[?10\r49h",                                                                             "\033[?1049l"                },
    {"\033[?10\01649h",                                                                           "\033[?1049l\017"            },
    {"\033[?1049$h",                                                                              ""                           },
    {"\033[1?1049h",                                                                              ""                           },
    {"\033[? 1049h",                                                                              ""                           },
    {"\033]0;\033[?25l",                                                                          "\033[?25h"                  },
    {"\033P\033[?25l",                                                                            "\033[?25h"                  },
    {"\033]0;[?25l\007",                                                                          ""                           },
    {"\033P[?25l\016\033\\",                                                                      ""                           },
    {"\033[99999999999999999999;25h",                                                             ""                           },
    {"\033[?1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;25l",               ""                           },

 /* control characters of their own in UTF-8: not all terminals know them */
    {"\302\233?1003h",                                                                            "\033[?1003l"                },
    {"\302\233?1003h\302\233?25l",                                                                "\033[?1003l\033[?25h"       },
    {"\033[?25\302\233?1003h",                                                                    "\033[?1003l"                },
    {"\033\302\233?1003h",                                                                        "\033[?1003l"                },
    {"\302\302\233?1003h",                                                                        "\033[?1003l"                },
    {"\033]0;title\302\233?1003h",                                                                "\033[?1003l"                },
    {"\033]8;;http://x/\302\233?1003h",                                                           "\033[?1003l\033]8;;\033\\"  },
    {"\302\220q\302\233?1003h",                                                                   "\033[?1003l"                },
    {"\302\233?1003h\033[?1003l",                                                                 ""                           },
    {"\033[?1003h\302\233?1003l",                                                                 "\033[?1003l"                },
    {"\033[?1049h\302\233?1049l",                                                                 "\033[?1049l"                },
    {"\033[1m\033[>1u\033[>4;2m\033[4 q\302\233m\302\233<u\302\233>4m\302\233 q",
     "\033[<1u\033[>4m\033[0 q\033[m"                                                                                          },
    {"\016\302\233m\017",                                                                         ""                           },
    {"\302\2358;;http://x/\302\234text",                                                          "\033]8;;\033\\"             },
    {"\033]8;;http://x/\033\\\302\2358;;\302\234",                                                "\033]8;;\033\\"             },
    {"\033]8;;http://x/\033\\text\033]8;;\302\234",                                               "\033]8;;\033\\"             },
    {"\033]8;;\302\234",                                                                          ""                           },
    {"\302\233",                                                                                  "\030\033\\"                 },
    {"\302\220\302\234",                                                                          ""                           },
    {"text \302",                                                                                 ""                           },
    {"\302\033[?25l",                                                                             "\033[?25h"                  },
    {"\302\240?1003h\302[?1003h",                                                                 ""                           },
    {"\303\233?1003h\304\233?1003h\342\202\233?1003h\233?1003h",                                  ""                           },

 /* VT52 mode: what only the others hear switches nothing off */
    {"\033[?2l",                                                                                  "\033<"                      },
    {"\033[?2h",                                                                                  ""                           },
    {"\033[?2l\033[?2h\033[?2r\033c",                                                             "\033<"                      },
    {"\033[?2l\033<",                                                                             ""                           },
    {"\033[?1003h\033[?2l\033[?1003l",                                                            "\033<\033[?1003l"           },
    {"\033[?1003h\033[?2l\033<\033[?1003l",                                                       ""                           },

 /* all at once, in the right order */
    {"\033[?1049h\033[?25l\033[?1003h\033[?1006h\033[?2004h\033[?2026h\033[>1u\033[>4;2m\033[1m",
     "\033[?2026l\033[?1003l\033[?1006l\033[?2004l\033[<1u\033[?1049l\033[>4m\033[?25h\033[m"                                  },
};

static void feed(struct modes *m, const char *s, size_t n)
{
    /* A copy of exactly this size: reading beyond it is found by the sanitizers. */
    char *copy = mem_alloc(n);
    memcpy(copy, s, n);
    modes_feed(m, copy, n);
    free(copy);
}

static void expect(const struct modes *m, const char *undo, const char *written)
{
    cleanup_str struct str s = STR(KIB);
    modes_reset(m, &s);
    if (strcmp(s.s, undo) != 0)
        fail_msg("%s: %s, not %s", written + 1, s.s + 1, undo);
    assert_int_equal(modes_is_clean(m), *undo == '\0');
}

static void undoes_what_is_on(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < array_size(rows); i++) {
        size_t n = strlen(rows[i].written);
        struct modes bytewise = {0};
        for (size_t at = 0; at < n; at++)
            feed(&bytewise, rows[i].written + at, 1);
        expect(&bytewise, rows[i].undo, rows[i].written);
        for (size_t at = 0; at <= n; at++) {
            struct modes m = {0};
            feed(&m, rows[i].written, at);
            feed(&m, rows[i].written + at, n - at);
            expect(&m, rows[i].undo, rows[i].written);
        }
    }
}

static void is_clean_afterwards(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < array_size(rows); i++) {
        struct modes m = {0};
        feed(&m, rows[i].written, strlen(rows[i].written));
        feed(&m, rows[i].undo, strlen(rows[i].undo));
        expect(&m, "", rows[i].written);
    }
}

static void forgets(void **unused)
{
    (void)unused;
    struct modes m = {0};
    feed(&m, "\033[?1049h\033[1m\033[?25", 16);
    modes_forget(&m);
    expect(&m, "", "forgotten");
}

static void brings_back(void **unused)
{
    (void)unused;
    static const struct {
        const char *written, *again;
    } cases[] = {
        {"",                                          ""                            },
        {"\033[?1049h",                               "\033[?1049h"                 },
        {"\033[?25l\033=\033[?1h",                    "\033=\033[?1h\033[?25l"      },
        {"\033[?1003h\033[?1006h",                    "\033[?1003h\033[?1006h"      },
        {"\033[?2026h",                               ""                            },
        {"\033[>4;2m\033[>1;3m\033[>2n",              "\033[>1;3m\033[>2n\033[>4;2m"},
        {"\033[>4;1f\033[5 q",                        "\033[>4;1f\033[5 q"          },
        {"\033[=1u\033[>5u\033[>7u",                  "\033[=1u\033[>5u\033[>7u"    },
        {"\033[>5u\033[?1049h\033[>7u",               "\033[>5u\033[?1049h\033[>7u" },
        {"\033[1m\033[2;3r\016\033[?6h\033]8;;u\007", ""                            },
        {"\033[?2l\033[?25l",                         "\033[?25l\033[?2l"           },
    };
    for (size_t i = 0; i < array_size(cases); i++) {
        struct modes m = {0};
        char again[MODES_UNDO_MAX + 1];
        feed(&m, cases[i].written, strlen(cases[i].written));
        again[modes_again(&m, again)] = '\0';
        assert_string_equal(again, cases[i].again);
    }
}

static void knows_what_talks(void **unused)
{
    (void)unused;
    static const struct {
        const char *written;
        bool talks, asked;
    } cases[] = {
        {"text",                          false, false},
        {"\033[?1049h\033[?2004h\033[1m", false, false},
        {"\033[?1003h",                   true,  false},
        {"\033[?1004h",                   true,  false},
        {"\033[?2031h",                   true,  false},
        {"\033[>1u",                      false, false},
        {"\033[>2u",                      true,  false},
        {"\033[>2u\033[?1049h",           false, false},
        {"\033[c",                        false, true },
        {"\033[>c",                       false, true },
        {"\033[=c",                       false, true },
        {"\033[6n",                       false, true },
        {"\033[?996n",                    false, true },
        {"\033[?u",                       false, true },
        {"\033[>q",                       false, true },
        {"\033[18t",                      false, true },
        {"\033[?2026$p",                  false, true },
        {"\033Z",                         false, true },
        {"\302\233?1003h",                true,  false},
        {"\302\232",                      false, true },
        {"\302\233c",                     false, true },
        {"\033]11;?\033\\",               false, true },
        {"\033]52;c;?\007",               false, true },
        {"\033]11;#000000\033\\",         false, false},
        {"\033P$qm\033\\",                false, true },
        {"\033_Gi=31,a=q;AAAA\033\\",     false, true },
        {"\033[?1;2c",                    false, false},
    };
    for (size_t i = 0; i < array_size(cases); i++) {
        struct modes m = {0};
        feed(&m, cases[i].written, strlen(cases[i].written));
        assert_int_equal(modes_talks(&m), cases[i].talks);
        assert_int_equal(m.asked, cases[i].asked);
    }
}

/* Whatever is written: the undo sequences fit, leave nothing, and splits change nothing. */
static void survives_anything(void **unused)
{
    (void)unused;
    static const char bits[] = "\033\033\033\033[[[[]PX^_?><=!$ (%;;;:0123456789hhllmmuurrsqnfctp"
                               "\007\016\017\030\\c78=>A\377\200"
                               "\302\302\302\233\233\220\234\235<";
    uint32_t random = 1;
    struct modes m = {0};
    struct modes bytewise = {0};
    for (int round = 0; round < 50000; round++) {
        char bytes[64];
        size_t n = random % sizeof bytes;
        for (size_t i = 0; i < sizeof bytes; i++) {
            random = random * 1664525 + 1013904223;
            bytes[i] = bits[(random >> 8) % (sizeof bits - 1)];
        }
        feed(&m, bytes, n);
        for (size_t i = 0; i < n; i++)
            feed(&bytewise, bytes + i, 1);

        char undo[MODES_UNDO_MAX], other[MODES_UNDO_MAX], again[MODES_UNDO_MAX];
        size_t len = modes_undo(&m, undo);
        assert_int_equal(modes_undo(&bytewise, other), len);
        assert_memory_equal(undo, other, len);
        modes_again(&m, again);
        struct modes after = m;
        feed(&after, undo, len);
        assert_true(modes_is_clean(&after));
        if (round % 97 == 0) {
            m = (struct modes){0};
            bytewise = m;
        }
    }
}

/* The state lies in memory that another process had when it was killed. */
static void survives_torn_state(void **unused)
{
    (void)unused;
    uint32_t random = 7;
    for (int round = 0; round < 20000; round++) {
        struct modes m;
        unsigned char *byte = (unsigned char *)&m;
        for (size_t i = 0; i < sizeof m; i++) {
            random = random * 1664525 + 1013904223;
            byte[i] = (unsigned char)(random >> 24);
        }
        /* One store of a bool is never torn. */
        m.key_format = m.console_shape = m.region = m.no_utf8 = m.link = m.progress = m.vt52 = true;
        m.cursor.shifted = m.cursor.g0_special = m.cursor.origin = true;
        m.kept.shifted = m.kept.g0_special = m.kept.origin = false;
        m.kitty[0].deep = m.kitty[1].deep = false;
        char undo[MODES_UNDO_MAX];
        assert_true(modes_undo(&m, undo) <= MODES_UNDO_MAX);
        assert_true(modes_again(&m, undo) <= MODES_UNDO_MAX);
        modes_talks(&m);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(undoes_what_is_on),
        cmocka_unit_test(is_clean_afterwards),
        cmocka_unit_test(forgets),
        cmocka_unit_test(brings_back),
        cmocka_unit_test(knows_what_talks),
        cmocka_unit_test(survives_anything),
        cmocka_unit_test(survives_torn_state),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
