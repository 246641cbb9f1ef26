/* stdin.h - whose is our standard input? */
#ifndef CLI_STDIN_H
#define CLI_STDIN_H

#include <stdbool.h>

/* Piped or redirected input belongs to the program in the container; a terminal that is not part
 * of a session, /dev/null and a closed one do not. */
bool stdin_is_given(void);

#endif
