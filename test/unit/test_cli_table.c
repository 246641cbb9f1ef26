/* Tables: columns that line up, harmless cells, colours that do not count as width. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>

#include "base/limits.h"
#include "base/mem.h"
#include "cli/table.h"

static const char *const titles[] = {"NAME", "STATE", "PROJECT", NULL};

static void is_printed(const struct table *table, bool color, const char *expected)
{
    cleanup_str struct str text = STR(MIB);
    table_text(table, color, &text);
    assert_string_equal(text.s, expected);
}

static void lines_up(void **state)
{
    (void)state;
    struct table table;
    table_init(&table, titles);
    is_printed(&table, false, "NAME  STATE  PROJECT\n");
    table_add(&table, "a-long-name");
    table_add_marked(&table, OUT_GOOD, "up");
    table_add(&table, "/src");
    table_add(&table, "caf\xc3\xa9");
    table_add_marked(&table, OUT_BAD, "unhealthy");
    table_add(&table, NULL);
    is_printed(&table, false,
        "NAME         STATE      PROJECT\n"
        "a-long-name  up         /src\n"
        "caf\xc3\xa9         unhealthy  \n");
    is_printed(&table, true,
        "NAME         STATE      PROJECT\n"
        "a-long-name  \x1b[32mup\x1b[0m         /src\n"
        "caf\xc3\xa9         \x1b[31munhealthy\x1b[0m  \n");
    table_release(&table);
}

static void fits_by_shortening_a_column(void **state)
{
    (void)state;
    struct table table;
    table_init(&table, titles);
    table_add(&table, "a-name-that-is-\xc3\xa9long");
    table_add(&table, "up");
    table_add(&table, "/src");
    table_add(&table, "short");
    table_add(&table, "up");
    table_add(&table, NULL);
    table_fit(&table, 0, 7, 36); /* as wide as it is */
    is_printed(&table, false,
        "NAME                  STATE  PROJECT\n"
        "a-name-that-is-\xc3\xa9long  up     /src\n"
        "short                 up     \n");
    table_fit(&table, 0, 7, 35);
    is_printed(&table, false,
        "NAME                 STATE  PROJECT\n"
        "\xe2\x80\xa6name-that-is-\xc3\xa9long  up     /src\n"
        "short                up     \n");
    table_fit(&table, 0, 7, 2);
    is_printed(&table, false,
        "NAME     STATE  PROJECT\n"
        "\xe2\x80\xa6-\xc3\xa9long  up     /src\n"
        "short    up     \n");
    table_release(&table);
}

static void makes_cells_harmless(void **state)
{
    (void)state;
    static const char *const one[] = {"LABEL", NULL};
    cleanup_free char *huge = mem_alloc(MIB);
    cleanup_str struct str text = STR(MIB);
    struct table table;

    memset(huge, 'x', MIB - 1);
    huge[MIB - 1] = '\0';
    table_init(&table, one);
    table_add(&table, "\x1b[2J\nrow \xff");
    table_add(&table, huge);
    table_text(&table, true, &text);
    assert_true(text_starts(text.s, "LABEL\n\\x1b[2J\\x0arow \\xff\nxxx"));
    assert_true(text_ends(text.s, "xxx...\n"));
    assert_true(text.len < 2 * LIMIT_FOREIGN_TEXT);
    table_release(&table);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_up),
        cmocka_unit_test(fits_by_shortening_a_column),
        cmocka_unit_test(makes_cells_harmless),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
