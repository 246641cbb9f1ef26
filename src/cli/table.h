/* table.h - rows in columns, as `ps` prints them: a line of titles, then each cell as wide as the
 * widest of its column, two spaces between.
 *
 *     struct table table;
 *     table_init(&table, (const char *const[]){ "NAME", "STATE", NULL });
 *     table_add(&table, container->name);
 *     table_add_marked(&table, OUT_GOOD, "healthy");      // the row is full, the next begins
 *     table_text(&table, out_has_color(), &text);
 *     table_release(&table);
 *
 * Cells are made harmless and cut at LIMIT_FOREIGN_TEXT as they come. Widths are counted in
 * characters. */
#ifndef CLI_TABLE_H
#define CLI_TABLE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/str.h"
#include "cli/out.h"

struct table {
    const char *const *titles; /* borrowed, NULL-terminated */
    size_t columns;
    struct table_cell {
        char *text;
        enum out_mark mark;
    } * cells; /* row by row */
    size_t n;
};

void table_init(struct table *, const char *const *titles);
void table_add(struct table *, const char *text); /* NULL is an empty cell */
void table_add_marked(struct table *, enum out_mark, const char *text);

/* Makes the table at most `wide`, as far as its cells in this column can give: what is longer than
 * `least` keeps its end. */
void table_fit(struct table *, size_t column, size_t least, size_t wide);

/* Adds the whole table to *out. Rows must be full. */
void table_text(const struct table *, bool color, struct str *out);

void table_release(struct table *);

#endif
