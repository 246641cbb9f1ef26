/* diag.h - what is wrong in one file: collected, sorted by place, reported all at once.
 *
 * Each finding reads "FILE:LINE:COLUMN: PATH: what is wrong, and what is allowed". Calling order:
 * diag_init() with the file's name, any number of diag_add(), then diag_error(), which turns all
 * findings into one struct error (exit code 125), a line each. */
#ifndef CONFIG_DIAG_H
#define CONFIG_DIAG_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

/* Where in a file something stands; both count from 1, 0 is the file as a whole. */
struct place {
    int line, column;
};

struct finding {
    struct place at;
    char *text; /* "PATH: what is wrong" */
};

struct diag {
    char *file;
    struct finding *items; /* at most LIMIT_FINDINGS, then counted only */
    size_t n, unlisted;
};

void diag_init(struct diag *, const char *file);
void diag_release(struct diag *);

/* `path` is the setting's ("services.db.image"), or NULL. Returns false. */
bool diag_add(struct diag *, struct place, const char *path, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));

/* True while nothing was found; else sets err to all findings. */
bool diag_error(struct diag *, struct error *err);

/* A value for a message: in quotes, harmless, cut where it is long. The caller frees. */
char *value_shown(const char *value);

#define cleanup_diag __attribute__((cleanup(diag_release)))

#endif
