/* out.h - standard output: what was asked for, and nothing else.
 *
 * Output is collected and written in large pieces. What goes wrong shows at out_end(): a full disk
 * is an error, a reader that has gone ends the program as SIGPIPE would have (which is ignored, so
 * that a session can be ended properly). */
#ifndef CLI_OUT_H
#define CLI_OUT_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

/* Colours only on a terminal, and not where --no-color, NO_COLOR or TERM=dumb say so. */
void out_start(bool no_color);

bool out_has_color(void);

enum out_mark { OUT_PLAIN, OUT_GOOD, OUT_BAD }; /* as it is, green, red */

/* What to write around a marked text on a terminal with colours; empty for OUT_PLAIN. */
const char *out_mark_begin(enum out_mark);
const char *out_mark_end(enum out_mark);

void out_text(const char *text);
void out_marked(enum out_mark, const char *text); /* in colour where there is any */
void out_bytes(const void *bytes, size_t n);

/* A document: indented, with a newline at its end, in ASCII alone, since texts that others wrote
 * may be in it. */
void out_json(const json_t *);

/* One line of a stream: without spaces, and written at once. False when nobody reads any more, or
 * the disk is full: there is no point in going on. */
bool out_json_line(const json_t *);

/* Writes what was collected, for streams of text. False as above. */
bool out_flush(void);

/* Writes what is left; to be called once, last. */
bool out_end(struct error *);

#endif
