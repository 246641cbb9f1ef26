/* table.c - see table.h. */
#include "cli/table.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/mem.h"

#define ELLIPSIS "\xe2\x80\xa6"

enum { GAP = 2 };

void table_init(struct table *table, const char *const *titles)
{
    *table = (struct table){.titles = titles};
    while (titles[table->columns])
        table->columns++;
}

void table_add_marked(struct table *table, enum out_mark mark, const char *text)
{
    struct str cell = STR(8 * LIMIT_FOREIGN_TEXT);

    if (text)
        str_add_harmless(&cell, text, strlen(text), LIMIT_FOREIGN_TEXT);
    table->cells = mem_resize(table->cells, table->n + 1, sizeof *table->cells);
    table->cells[table->n++] = (struct table_cell){.text = str_take(&cell), .mark = mark};
}

void table_add(struct table *table, const char *text)
{
    table_add_marked(table, OUT_PLAIN, text);
}

/* How many characters; cells are UTF-8. */
static size_t width_of(const char *text)
{
    size_t n = 0;
    for (; *text; text++)
        n += ((unsigned char)*text & 0xc0) != 0x80;
    return n;
}

static size_t column_width(const struct table *table, size_t column)
{
    size_t width = width_of(table->titles[column]);
    for (size_t i = column; i < table->n; i += table->columns) {
        size_t n = width_of(table->cells[i].text);
        width = n > width ? n : width;
    }
    return width;
}

/* The end of a cell behind an ellipsis, `width` together. */
static void shorten(struct table_cell *cell, size_t width)
{
    char *text = cell->text;
    size_t n = width_of(text);

    if (n <= width)
        return;
    for (; n >= width; n--)
        do
            text++;
        while (((unsigned char)*text & 0xc0) == 0x80);
    text = mem_printf(ELLIPSIS "%s", text);
    free(cell->text);
    cell->text = text;
}

void table_fit(struct table *table, size_t column, size_t least, size_t wide)
{
    size_t width = column_width(table, column), all = 0;

    for (size_t i = 0; i < table->columns; i++)
        all += column_width(table, i) + (i ? GAP : 0);
    if (all <= wide || width <= least)
        return;
    width = width - least > all - wide ? width - (all - wide) : least;
    for (size_t i = column; i < table->n; i += table->columns)
        shorten(&table->cells[i], width);
}

/* Nothing is padded behind the last column. */
static void add_cell(
    struct str *out, const char *text, enum out_mark mark, size_t width, bool is_last)
{
    str_addz(out, out_mark_begin(mark));
    str_addz(out, text);
    str_addz(out, out_mark_end(mark));
    if (is_last)
        str_addc(out, '\n');
    else
        str_pad(out, width - width_of(text) + GAP);
}

void table_text(const struct table *table, bool color, struct str *out)
{
    cleanup_free size_t *widths = mem_alloc(table->columns * sizeof *widths);

    assert(table->n % table->columns == 0);
    for (size_t i = 0; i < table->columns; i++) {
        widths[i] = column_width(table, i);
        add_cell(out, table->titles[i], OUT_PLAIN, widths[i], i + 1 == table->columns);
    }
    for (size_t i = 0; i < table->n; i++) {
        const struct table_cell *cell = &table->cells[i];
        size_t column = i % table->columns;
        add_cell(out, cell->text, color ? cell->mark : OUT_PLAIN, widths[column],
            column + 1 == table->columns);
    }
}

void table_release(struct table *table)
{
    for (size_t i = 0; i < table->n; i++)
        free(table->cells[i].text);
    free(table->cells);
    *table = (struct table){0};
}
