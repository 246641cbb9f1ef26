/* The parser of the command line, on tables of its own: every form of a flag, and every way to
 * write it wrong. Command lines are written with "|" between their words. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/mem.h"
#include "cli/args.h"
#include "cli/help.h"

/* clang-format off */
static const struct flag root_flags[] = {
    { .name = "profile", .kind = FLAG_TEXT, .value = "NAME", .help = "which" },
    { .name = "C", .kind = FLAG_TEXT, .value = "DIR", .help = "where" },
    { .name = "q", .kind = FLAG_SWITCH, .help = "less" },
    { .name = "v", .kind = FLAG_COUNT, .help = "more" },
    { .name = "help", .letter = 'h', .kind = FLAG_SWITCH, .help = "help" },
    { .name = "version", .kind = FLAG_SWITCH, .help = "version" },
    { 0 },
};
static const struct flag go_flags[] = {
    { .name = "file", .kind = FLAG_TEXT, .value = "FILE", .fallback = "none", .help = "a file" },
    { .name = "env", .kind = FLAG_LIST, .value = "KEY", .help = "a variable" },
    { .name = "tail", .kind = FLAG_NUMBER, .value = "N", .fallback = "10",
      .least = 1, .most = 99, .help = "lines" },
    { .name = "timeout", .kind = FLAG_DURATION, .value = "TIME", .help = "an end" },
    { .name = "timing", .kind = FLAG_OPTIONAL, .value = "FILE", .help = "where time goes" },
    { .name = "here", .kind = FLAG_SWITCH, .help = "insist" },
    { 0 },
};
static const char *const keys[] = { "color", "size", NULL };
static const struct command get = {
    .name = "get", .synopsis = "KEY", .choices = keys, .words_least = 1, .words_most = 1,
};
static const struct command put = {
    .name = "put", .synopsis = "KEY VALUE", .words_least = 2, .words_most = 2,
};
static const struct command secret = { .name = "secret", .hidden = true };
static const struct command *const set_commands[] = { &get, &put, &secret, NULL };
static const struct command go = {
    .name = "go", .flags = go_flags, .words_most = WORDS_ANY, .rest = true,
};
static const struct command stop = { .name = "stop", .dash_hint = "dashes hurt" };
static const struct command set = { .name = "set", .commands = set_commands };
static const struct command *const commands[] = { &go, &stop, &set, NULL };
static const struct command root = { .name = "prog", .flags = root_flags, .commands = commands };
/* clang-format on */

static bool parse(const char *line, struct args *args, struct error *err)
{
    cleanup_strv struct strv words = {0};
    strv_add(&words, "/usr/bin/prog");
    while (line) {
        size_t n = strcspn(line, "|");
        strv_take(&words, mem_strndup(line, n));
        line = line[n] ? line + n + 1 : NULL;
    }
    return args_parse(&root, (int)words.n, words.v, args, err);
}

static void must_parse(const char *line, struct args *args)
{
    struct error err = {0};
    if (!parse(line, args, &err))
        fail_msg("%s: %s", line, err.text);
}

static void text_is(const char *line, const char *name, const char *expected)
{
    struct args args;
    must_parse(line, &args);
    const char *text = args_text(&args, name);
    if (!text || !expected)
        assert_ptr_equal(text, expected);
    else
        assert_string_equal(text, expected);
    args_release(&args);
}

static void reads_texts(void **state)
{
    (void)state;
    text_is("go|--file|x", "file", "x");
    text_is("go|--file=x", "file", "x");
    text_is("go|--file=a=b", "file", "a=b");
    text_is("go|--file|-x", "file", "-x");
    text_is("go|--file|--here", "file", "--here");
    text_is("go|--file=--", "file", "--");
    text_is("go|--file|x|--file|y", "file", "y");
    text_is("go", "file", "none");
    text_is("go", "profile", NULL);
    text_is("go|--timing", "timing", NULL);
    text_is("go|--timing=t.json", "timing", "t.json");
    text_is("go|--timing|word", "timing", NULL);
}

static void takes_global_flags_anywhere(void **state)
{
    (void)state;
    text_is("--profile|a|go", "profile", "a");
    text_is("go|--profile|a", "profile", "a");
    text_is("go|word|--profile=a", "profile", "a");
    text_is("--profile=a|go|--profile=b", "profile", "b");
    text_is("set|--profile|a|get|size", "profile", "a");
    text_is("-C|dir|go", "C", "dir");
    text_is("-Cdir|go", "C", "dir");
    text_is("go|-qC|dir", "C", "dir");
    text_is("go|-vCdir", "C", "dir");
}

static void counts_and_switches(void **state)
{
    (void)state;
    static const struct {
        const char *line;
        unsigned v;
        bool q;
    } rows[] = {
        {"go",        0, false},
        {"-v|go",     1, false},
        {"go|-vv",    2, false},
        {"-v|go|-qv", 2, true },
        {"go|-q",     0, true },
    };
    for (size_t i = 0; i < array_size(rows); i++) {
        struct args args;
        must_parse(rows[i].line, &args);
        assert_int_equal(args_count(&args, "v"), rows[i].v);
        assert_int_equal(args_flag(&args, "q"), rows[i].q);
        assert_false(args_flag(&args, "here"));
        args_release(&args);
    }
}

static void reads_lists_numbers_durations(void **state)
{
    (void)state;
    struct args args;
    must_parse("go|--env|A=1|--tail=99|--env=B|--timeout|1m30s", &args);
    assert_int_equal(args_list(&args, "env")->n, 2);
    assert_string_equal(args_list(&args, "env")->v[0], "A=1");
    assert_string_equal(args_list(&args, "env")->v[1], "B");
    assert_int_equal(args_number(&args, "tail"), 99);
    assert_int_equal(args_duration_ms(&args, "timeout"), 90000);
    args_release(&args);

    must_parse("go|--timeout=500ms", &args);
    assert_int_equal(args_list(&args, "env")->n, 0);
    assert_int_equal(args_number(&args, "tail"), 10);
    assert_int_equal(args_duration_ms(&args, "timeout"), 500);
    args_release(&args);

    must_parse("go|--timeout=2", &args);
    assert_int_equal(args_duration_ms(&args, "timeout"), 2000);
    args_release(&args);
}

static void ends_flags_at_two_dashes(void **state)
{
    (void)state;
    struct args args;
    must_parse("go|word|--|--here|-q|--|--help", &args);
    assert_int_equal(args.words.n, 1);
    assert_int_equal(args.rest.n, 4);
    assert_string_equal(args.rest.v[0], "--here");
    assert_string_equal(args.rest.v[2], "--");
    assert_false(args_flag(&args, "here"));
    assert_false(args.help);
    args_release(&args);

    /* A command that hands nothing on takes them as its own words. */
    must_parse("set|put|--|-k|--v", &args);
    assert_int_equal(args.rest.n, 0);
    assert_string_equal(args.words.v[0], "-k");
    assert_string_equal(args.words.v[1], "--v");
    args_release(&args);

    must_parse("--|go|-q", &args);
    assert_string_equal(args.command->name, "go");
    assert_false(args_flag(&args, "q"));
    args_release(&args);
}

static void finds_the_command(void **state)
{
    (void)state;
    struct args args;
    must_parse("set|get|size", &args);
    assert_int_equal(args.depth, 3);
    assert_string_equal(args.path[1]->name, "set");
    assert_string_equal(args.command->name, "get");
    assert_string_equal(args.words.v[0], "size");
    args_release(&args);

    must_parse("go|-", &args); /* one dash alone is a word */
    assert_string_equal(args.words.v[0], "-");
    args_release(&args);
}

/* Help and version are answered whatever else is wrong behind them. */
static void stops_at_help(void **state)
{
    (void)state;
    static const char *const lines[] = {
        "-h", "--help", "go|--help|--nonsense", "set|-h", "set|get|-h", "-vh|nonsense"};
    for (size_t i = 0; i < array_size(lines); i++) {
        struct args args;
        must_parse(lines[i], &args);
        assert_true(args.help);
        args_release(&args);
    }
    struct args args;
    must_parse("--version|nonsense", &args);
    assert_true(args.version);
    args_release(&args);
}

static void refuses_with_a_hint(void **state)
{
    (void)state;
    static const struct {
        const char *line, *text, *hint; /* hint NULL: none */
    } rows[] = {
        {"nonsense",          "there is no command \"nonsense\"",                   "\"prog --help\" lists the commands"    },
        {"og",                "there is no command \"og\"",                         "did you mean \"prog go\"?"             },
        {"stpo",              "there is no command \"stpo\"",                       "did you mean \"prog stop\"?"           },
        {"set|ptu",           "set: there is no command \"ptu\"",                   "did you mean \"prog set put\"?"        },
        {"set|secrte",        "set: there is no command \"secrte\"",
         "\"prog set --help\" lists the commands"                                                                           },
        {"",                  "there is no command \"\"",                           "\"prog --help\" lists the commands"    },
        {"-q",                "a command is missing",                               "\"prog --help\" lists the commands"    },
        {"set",               "set: a command is missing",                          "\"prog set --help\" lists the commands"},
        {"--file=x|go",       "there is no flag \"--file=x\"",                      "\"prog --help\" lists the flags"       },
        {"--profil=x|go",     "there is no flag \"--profil=x\"",                    "did you mean \"--profile\"?"           },
        {"go|--fiel=x",       "go: there is no flag \"--fiel=x\"",                  "did you mean \"--file\"?"              },
        {"go|--prfile|x",     "go: there is no flag \"--prfile\"",                  "did you mean \"--profile\"?"           },
        {"go|--wholly-other", "go: there is no flag \"--wholly-other\"",
         "\"prog go --help\" lists the flags"                                                                               },
        {"go|-x",             "go: there is no flag \"-x\"",                        "\"prog go --help\" lists the flags"    },
        {"go|-qx",            "go: there is no flag \"-qx\"",                       "\"prog go --help\" lists the flags"    },
        {"go|--q",            "go: there is no flag \"--q\"",                       "\"prog go --help\" lists the flags"    },
        {"go|---here",        "go: there is no flag \"---here\"",                   "did you mean \"--here\"?"              },
        {"go|--=x",           "go: there is no flag \"--=x\"",                      "\"prog go --help\" lists the flags"    },
        {"stop|-x",           "stop: there is no flag \"-x\"",                      "dashes hurt"                           },
        {"stop|--hepl",       "stop: there is no flag \"--hepl\"",
         "did you mean \"--help\"? Otherwise: dashes hurt"                                                                  },
        {"go|--file",         "--file needs a value: FILE",                         NULL                                    },
        {"go|--file=",        "--file needs a value: FILE",                         NULL                                    },
        {"go|--file|",        "--file needs a value: FILE",                         NULL                                    },
        {"go|--file|--|x",    "--file needs a value: FILE",                         NULL                                    },
        {"go|-C",             "-C needs a value: DIR",                              NULL                                    },
        {"go|--timing=",      "--timing needs a value: FILE",                       NULL                                    },
        {"go|--here=yes",     "--here takes no value",                              NULL                                    },
        {"go|--tail|0",       "--tail: \"0\" is not a whole number from 1 to 99",   NULL                                    },
        {"go|--tail|100",     "--tail: \"100\" is not a whole number from 1 to 99", NULL                                    },
        {"go|--tail=1x",      "--tail: \"1x\" is not a whole number from 1 to 99",  NULL                                    },
        {"go|--timeout|soon", "--timeout: \"soon\" is not a duration",
         "write it as 90s, 1m30s, 500ms, or a number of seconds"                                                            },
        {"go|--timeout|0",    "--timeout: \"0\" is not a duration",
         "write it as 90s, 1m30s, 500ms, or a number of seconds"                                                            },
        {"go|--timeout|-5s",  "--timeout: \"-5s\" is not a duration",
         "write it as 90s, 1m30s, 500ms, or a number of seconds"                                                            },
        {"stop|now",          "stop: \"now\" is one word too many",                 "usage: prog stop [FLAGS]"              },
        {"set|put|a",         "set put: something is missing",                      "usage: prog set put KEY VALUE"         },
        {"set|get|weight",    "set get: \"weight\" is not known",                   "one of: color, size"                   },
    };
    for (size_t i = 0; i < array_size(rows); i++) {
        struct args args;
        struct error err = {0};
        assert_false(parse(rows[i].line, &args, &err));
        assert_int_equal(err.exit_code, EXIT_CODE_USAGE);
        assert_string_equal(err.text, rows[i].text);
        if (rows[i].hint)
            assert_string_equal(err.hint, rows[i].hint);
        else
            assert_null(err.hint);
        error_clear(&err);
        args_release(&args);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_texts),
        cmocka_unit_test(takes_global_flags_anywhere),
        cmocka_unit_test(counts_and_switches),
        cmocka_unit_test(reads_lists_numbers_durations),
        cmocka_unit_test(ends_flags_at_two_dashes),
        cmocka_unit_test(finds_the_command),
        cmocka_unit_test(stops_at_help),
        cmocka_unit_test(refuses_with_a_hint),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
