/* ask.h - questions on the terminal, one line each. */
#ifndef CLI_ASK_H
#define CLI_ASK_H

#include <stdbool.h>

/* Is there somebody to ask: are standard input and standard error terminals? */
bool ask_is_possible(void);

/* "QUESTION [y/N] " on standard error. An empty line is the fallback; the end of input, and three
 * answers that are neither, are no. What was typed before the question is not taken for an
 * answer. */
bool ask_yes(const char *question, bool fallback);

#endif
