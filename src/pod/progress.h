/* progress.h - what the start of a pod shows while it goes on: one line per part.
 *
 * On a terminal the lines are redrawn in place; elsewhere, and where the terminal has too few
 * rows, each change is a plain line; quiet shows them as details (-v) alone, because what a
 * headless run says ends in somebody's log, but for what is replaced. Other messages are held back
 * while lines stand on a terminal, and come after progress_end(). All to stderr. */
#ifndef POD_PROGRESS_H
#define POD_PROGRESS_H

#include <stdbool.h>

#include "pod/journal.h"

enum progress_style { PROGRESS_QUIET, PROGRESS_LINES, PROGRESS_TERMINAL };

enum { PROGRESS_PARTS_MAX = 192, PROGRESS_TEXT = 160 };

struct progress {
    enum progress_style style;
    struct progress_part {
        const char *name; /* borrowed */
        char text[PROGRESS_TEXT];
        const char *event; /* the last one that was noted */
    } parts[PROGRESS_PARTS_MAX];
    unsigned n;
    unsigned drawn;          /* lines that stand on the terminal */
    unsigned width;          /* of the names */
    struct journal *journal; /* borrowed; NULL: nobody takes notes */
};

/* The style that fits: quiet where `headless` or -q says so, else by what stderr is. */
enum progress_style progress_choose(bool headless);

void progress_begin(struct progress *, enum progress_style, struct journal *);

/* A further part; its number. Nothing is shown of it before it has a text. */
unsigned progress_add(struct progress *, const char *name);

/* What is going on with it: a word for machines (journal.h), a text for the user. The same text
 * again changes nothing. */
void progress_set(struct progress *, unsigned part, const char *event, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));

/* Only worth redrawing a line on a terminal: bytes of a pull. */
void progress_count(struct progress *, unsigned part, const char *what, long long n, long long of);

/* The lines stay as they are; messages that were held back follow. */
void progress_end(struct progress *);

#endif
