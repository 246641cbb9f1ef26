/* last_words.h - the end of what a container has written, for the error that it causes. */
#ifndef POD_LAST_WORDS_H
#define POD_LAST_WORDS_H

#include "docker/call.h"

enum { LAST_WORDS_LINES = 20 };

/* GET /containers/{id}/logs, the last lines of both streams. No logs are no error. */
void last_words_begin(struct call *, struct op *parent, const struct engine *, const char *id);

/* The lines, each with its line break and two spaces in front; empty where there are none. The
 * caller frees. Foreign text: it is made harmless where it is printed. */
char *last_words(const struct call *);

#endif
