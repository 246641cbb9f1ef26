/* log_line.h - a line that a container has written, for a terminal: colours pass, everything else
 * that is no text is shown as \x.. . */
#ifndef CLI_LOG_LINE_H
#define CLI_LOG_LINE_H

#include <stdbool.h>

#include "base/str.h"

/* Adds the line to *out; `color` lets colours (CSI ... m) pass, which are ended with the line. */
void log_line_add(struct str *out, const char *line, size_t n, bool color);

#endif
