/* YAML files as nodes: places, kinds, aliases, and hostile input, each refused in one clear line.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/limits.h"
#include "base/mem.h"
#include "base/str.h"
#include "config/yaml.h"

/* Parses; the findings as they would be shown, "" for none. The caller frees. */
static char *parse(const char *text, size_t n, struct node *root)
{
    struct diag diag;
    struct error err = {0};
    diag_init(&diag, "f");
    bool ok = yaml_parse(text, n, root, &diag);
    assert_true(ok || diag.n);
    char *shown = mem_strdup(diag_error(&diag, &err) ? "" : err.text);
    error_clear(&err);
    diag_release(&diag);
    return shown;
}

static void check(const char *text, const char *expected)
{
    cleanup_node struct node root = {0};
    cleanup_free char *shown = parse(text, strlen(text), &root);
    if (strcmp(shown, expected) != 0)
        fail_msg("%s: \"%s\", not \"%s\"", text, shown, expected);
}

static void knows_places_and_kinds(void **state)
{
    (void)state;
    static const char text[] =
        "a: 1\nb:\n  - x\n  - {c: true, d: ~}\ne: \"yes\"\nf: 1.5e3\ng: !!str 12\n";
    cleanup_node struct node root = {0};
    cleanup_free char *shown = parse(text, strlen(text), &root);
    assert_string_equal(shown, "");
    assert_int_equal(root.n, 5);
    const struct node *a = node_get(&root, "a"), *b = node_get(&root, "b");
    assert_int_equal(a->kind, NODE_NUMBER);
    assert_int_equal(a->at.line, 1);
    assert_int_equal(a->at.column, 4);
    assert_int_equal(a->key_at.column, 1);
    assert_int_equal(b->kind, NODE_LIST);
    const struct node *map = &b->items[1];
    assert_int_equal(map->at.line, 4);
    assert_int_equal(map->at.column, 5);
    assert_int_equal(node_get(map, "c")->kind, NODE_BOOL);
    assert_int_equal(node_get(map, "d")->kind, NODE_NULL);
    assert_int_equal(node_get(&root, "e")->kind, NODE_TEXT);
    assert_int_equal(node_get(&root, "f")->kind, NODE_NUMBER);
    assert_int_equal(node_get(&root, "g")->kind, NODE_TEXT);
    assert_null(node_get(&root, "h"));
}

static void tells_numbers_from_text(void **state)
{
    (void)state;
    static const char *const numbers[] = {
        "0", "-1", "+12", "0x1F", "0o17", "1.", ".5", "1e3", "-1.5E-3", ".inf", ".nan"};
    static const char *const texts[] = {
        "1a", "0x", "0xg", "e3", ".", "-", "1e", "1.2.3", "yes", "no", "5432:5432", "tRue"};
    for (size_t i = 0; i < array_size(numbers); i++)
        assert_int_equal(node_kind_of(numbers[i]), NODE_NUMBER);
    for (size_t i = 0; i < array_size(texts); i++)
        assert_int_equal(node_kind_of(texts[i]), NODE_TEXT);
}

static void decodes_every_kind_of_text(void **state)
{
    (void)state;
    /* clang-format off */
    static const struct {
        const char *yaml, *text;
    } rows[] = {
        { "plain", "plain" },
        { "two\n  lines", "two lines" },
        { "'x''y'", "x'y" },
        { "'x''''y'", "x''y" },
        { "''''''", "''" },
        { "'a\n  b\n\n  c'", "a b\nc" },
        { "'tail \t\n  b'", "tail b" },
        { "\"a\\\"b\\\\c\\/\"", "a\"b\\c/" },
        { "\"\\x41\\u20ac\\U0001f600\"", "A\xe2\x82\xac\xf0\x9f\x98\x80" },
        { "\"\\t\\n\\r\\e\\a\\b\\v\\f\\_\\N\"",
            "\t\n\r\x1b\a\b\v\f\xc2\xa0\xc2\x85" },
        { "\"a\\\n   b\"", "ab" },
        { "\"a\\\n   \\ b\"", "a b" },
        { "\"a\\\\\\\n   b\"", "a\\b" },
        { "\"a  \n\n\n  b\"", "a\n\nb" },
        { "\"a \\t \n  b\"", "a \t b" },
        { "\"\xc3\xa9\"", "\xc3\xa9" },
        { "\xc3\xa9 plain", "\xc3\xa9 plain" },
        { "|\n  a\n   b\n\n  c\n", "a\n b\n\nc\n" },
        { "|-\n  a\n", "a" },
        { "|+\n  a\n", "a\n\n" },
        { ">-\n  a\n  b\n\n  c\n", "a b\nc" },
        { "|2-\n    a\n  b\n", "  a\nb" },
        { "\"a\r\n  b\"", "a b" },
    };
    /* clang-format on */
    for (size_t i = 0; i < array_size(rows); i++) {
        cleanup_node struct node root = {0};
        cleanup_free char *yaml = mem_printf("k: %s\nlast: 1\n", rows[i].yaml);
        cleanup_free char *shown = parse(yaml, strlen(yaml), &root);
        assert_string_equal(shown, "");
        if (strcmp(root.items[0].text, rows[i].text) != 0)
            fail_msg("%s: \"%s\"", rows[i].yaml, root.items[0].text);
        assert_string_equal(root.items[1].key, "last");
    }
}

static void expands_aliases_and_merges_keys(void **state)
{
    (void)state;
    static const char text[] = "base: &b {image: x, env: {A: 1}}\n"
                               "one: *b\n"
                               "two: {<<: *b, image: y}\n"
                               "three:\n  <<: [{z: 1}, *b]\n  z: 2\n";
    cleanup_node struct node root = {0};
    cleanup_free char *shown = parse(text, strlen(text), &root);
    assert_string_equal(shown, "");
    assert_string_equal(node_get(node_get(&root, "one"), "image")->text, "x");
    const struct node *two = node_get(&root, "two"), *three = node_get(&root, "three");
    assert_string_equal(node_get(two, "image")->text, "y");
    assert_string_equal(node_get(node_get(two, "env"), "A")->text, "1");
    assert_string_equal(node_get(three, "z")->text, "2");
    assert_string_equal(node_get(three, "image")->text, "x");
    assert_null(node_get(two, "<<"));
    check("\"<<\": 1\n", "");
}

static void takes_what_is_empty_as_a_map(void **state)
{
    (void)state;
    check("", "");
    check("# only a comment\n", "");
    check("---\n", "");
    check("\xef\xbb\xbf"
          "a: 1\n",
        "");
}

static void names_the_place_of_what_is_wrong(void **state)
{
    (void)state;
    static const struct {
        const char *text, *shown;
    } rows[] = {
        {"a: {b: 1\nc: 2\n",   "f:2:2: missing comma in flow mapping"                        },
        {"a: \"x\n",           "f:1:5: double-quoted scalar without closing quote"           },
        {"a:\n\tb: 1\n",       "f:2:1: tab character may not be used as indentation"         },
        {"a: 1\nb: 2\na: 3\n", "f:3:1: a: the key stands here twice; it is already at line 1"},
        {"- a\n",              "f:1:1: the file is a list, and must be a map of settings"    },
        {"just text\n",        "f:1:1: the file is text, and must be a map of settings"      },
        {"a: *b\n",
         "f:1:4: the alias *b stands for nothing: no complete value before it is marked &b"  },
        {"a: &b [*b]\n",
         "f:1:8: the alias *b stands for nothing: no complete value before it is marked &b"  },
        {"? [a, b]\n: c\n",    "f:1:3: a key must be plain text"                             },
        {"a: 1\n---\nb: 2\n",  "f:2:1: a second document; there is one to a file"            },
        {"a: !x b\n",          "f:1:7: the tag !x is not supported: leave it out"            },
        {"a: \"x\\0y\"\n",     "f:1:4: a NUL byte in a text, which nothing here takes"       },
        {"a: \"\\ud83d\"\n",   "f:1:5: double-quoted scalar has invalid UTF8 escape"         },
        {"<<: 1\n",            "f:1:5: <<: must be an alias to a map, or a list of such"     },
    };
    for (size_t i = 0; i < array_size(rows); i++)
        check(rows[i].text, rows[i].shown);
}

static void refuses_what_is_no_text(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        size_t n;
        const char *shown;
    } rows[] = {
        {"a: 1\nb: x\0y\n", 12, "f:2:5: a NUL byte, and the file must be text in UTF-8"              },
        {"a: \xe9\n",       5,  "f:1:4: bytes that are not UTF-8, and the file must be text in UTF-8"},
        {"\xff\xfe"
         "a\0",    4,  "f:1:1: bytes that are not UTF-8, and the file must be text in UTF-8"},
        {"a: \xc0\xaf\n",   6,  "f:1:4: bytes that are not UTF-8, and the file must be text in UTF-8"},
        {"# \xe2\x82",      4,  "f:1:3: bytes that are not UTF-8, and the file must be text in UTF-8"},
    };
    for (size_t i = 0; i < array_size(rows); i++) {
        cleanup_node struct node root = {0};
        cleanup_free char *shown = parse(rows[i].text, rows[i].n, &root);
        assert_string_equal(shown, rows[i].shown);
    }
}

static void check_part(const struct str *text, const char *part)
{
    cleanup_node struct node root = {0};
    assert_false(text->full);
    cleanup_free char *shown = parse(text->s, text->len, &root);
    if (!strstr(shown, part))
        fail_msg("\"%s\" has no \"%s\"", shown, part);
}

static void add_times(struct str *text, const char *what, size_t times)
{
    for (size_t i = 0; i < times; i++)
        str_addz(text, what);
}

static void bounds_nesting(void **state)
{
    (void)state;
    cleanup_str struct str flow = STR(MIB), block = STR(MIB), huge = STR(MIB);
    str_addz(&flow, "a: ");
    add_times(&flow, "[", 40);
    add_times(&flow, "]", 40);
    check_part(&flow, "nested deeper than 32 levels");
    str_addz(&block, "a:\n");
    for (int i = 1; i < 40; i++)
        str_addf(&block, "%*sa:\n", i, "");
    check_part(&block, "nested deeper than 32 levels");
    add_times(&huge, "[", 500000);
    check_part(&huge, "f:1:501: nested deeper than 32 levels");
}

static void bounds_what_aliases_stand_for(void **state)
{
    (void)state;
    cleanup_str struct str nodes = STR(MIB), text = STR(MIB), anchors = STR(MIB);
    str_addz(&nodes, "a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n");
    for (int i = 1; i < 9; i++) {
        str_addf(&nodes, "a%d: &a%d [", i, i);
        for (int k = 0; k < 9; k++)
            str_addf(&nodes, "*a%d,", i - 1);
        str_addf(&nodes, "*a%d]\n", i - 1);
    }
    check_part(&nodes, "too much in one file");

    str_addz(&text, "a: &a \"");
    add_times(&text, "0123456789abcdef", 4096);
    str_addz(&text, "\"\nb: [");
    add_times(&text, "*a,", 1000);
    str_addz(&text, "*a]\n");
    check_part(&text, "too much in one file");

    for (int i = 0; i < 2000; i++)
        str_addf(&anchors, "k%d: &a%d 1\n", i, i);
    check_part(&anchors, "more than 1000");
}

static void bounds_keys_and_items(void **state)
{
    (void)state;
    cleanup_str struct str keys = STR(MIB), items = STR(MIB), values = STR(MIB);
    for (int i = 0; i < 2000; i++)
        str_addf(&keys, "k%d: 1\n", i);
    check_part(&keys, "more than 1000 keys in one map");
    str_addz(&items, "a: [");
    add_times(&items, "1,", 2000);
    str_addz(&items, "1]\n");
    check_part(&items, "f:1:4005: more than 2000 items in one list");
    str_addz(&values, "a: [");
    for (int i = 0; i < 30; i++) {
        str_addz(&values, "[");
        add_times(&values, "1,", 1990);
        str_addz(&values, "],");
    }
    str_addz(&values, "]\n");
    check_part(&values, "too much in one file");
}

/* Every prefix of a file is a file that was cut. */
static void survives_every_cut(void **state)
{
    (void)state;
    static const char text[] =
        "name: a\nconfig: {source: local, path: \"x\\n\\u20ac\"}\nenv:\n- A\n- 'B=''1'''\n"
        "init:\n- |\n  two\n  lines\n- >-\n  folded\n  text\nx-a: &a [1, {b: c}]\nx-b: *a\n";
    for (size_t n = 0; n < strlen(text); n++) {
        cleanup_node struct node root = {0};
        free(parse(text, n, &root));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(knows_places_and_kinds),
        cmocka_unit_test(tells_numbers_from_text),
        cmocka_unit_test(decodes_every_kind_of_text),
        cmocka_unit_test(expands_aliases_and_merges_keys),
        cmocka_unit_test(takes_what_is_empty_as_a_map),
        cmocka_unit_test(names_the_place_of_what_is_wrong),
        cmocka_unit_test(refuses_what_is_no_text),
        cmocka_unit_test(bounds_nesting),
        cmocka_unit_test(bounds_what_aliases_stand_for),
        cmocka_unit_test(bounds_keys_and_items),
        cmocka_unit_test(survives_every_cut),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
