/* diag.c - see diag.h. */
#include "config/diag.h"

#include <stdarg.h>
#include <stdlib.h>

#include "base/limits.h"
#include "base/mem.h"
#include "base/str.h"

void diag_init(struct diag *diag, const char *file)
{
    *diag = (struct diag){.file = mem_strdup(file)};
}

void diag_release(struct diag *diag)
{
    for (size_t i = 0; i < diag->n; i++)
        free(diag->items[i].text);
    free(diag->items);
    free(diag->file);
    *diag = (struct diag){0};
}

bool diag_add(struct diag *diag, struct place at, const char *path, const char *fmt, ...)
{
    if (diag->n == LIMIT_FINDINGS) {
        diag->unlisted++;
        return false;
    }
    va_list ap;
    va_start(ap, fmt);
    cleanup_free char *why = mem_vprintf(fmt, ap);
    va_end(ap);
    cleanup_str struct str text = STR(LIMIT_MESSAGE);
    if (path && *path) {
        str_add_harmless(&text, path, strlen(path), LIMIT_FOREIGN_TEXT);
        str_addz(&text, ": ");
    }
    str_add_harmless(&text, why, strlen(why), 2 * LIMIT_FOREIGN_TEXT);
    diag->items = mem_resize(diag->items, diag->n + 1, sizeof *diag->items);
    diag->items[diag->n++] = (struct finding){at, str_take(&text)};
    return false;
}

static int by_place(const void *a, const void *b)
{
    const struct finding *x = a, *y = b;
    if (x->at.line != y->at.line)
        return x->at.line < y->at.line ? -1 : 1;
    if (x->at.column != y->at.column)
        return x->at.column < y->at.column ? -1 : 1;
    return strcmp(x->text, y->text);
}

bool diag_error(struct diag *diag, struct error *err)
{
    if (!diag->n)
        return true;
    qsort(diag->items, diag->n, sizeof *diag->items, by_place);
    cleanup_str struct str all = STR(LIMIT_MESSAGE);
    for (size_t i = 0; i < diag->n; i++) {
        const struct finding *f = &diag->items[i];
        const char *line_break = i ? "\n" : "";
        bool ok = f->at.line ? str_addf(&all, "%s%s:%d:%d: %s", line_break, diag->file, f->at.line,
                                   f->at.column, f->text)
                             : str_addf(&all, "%s%s: %s", line_break, diag->file, f->text);
        if (!ok) {
            diag->unlisted += diag->n - i;
            break;
        }
    }
    if (diag->unlisted)
        str_addf(&all, "\n%s: and %zu more", diag->file, diag->unlisted);
    return error_set(err, "%s", all.s);
}

char *value_shown(const char *value)
{
    cleanup_str struct str text = STR(LIMIT_FOREIGN_TEXT * 4);
    str_addc(&text, '"');
    str_add_harmless(&text, value, strlen(value), 60);
    str_addc(&text, '"');
    return str_take(&text);
}
