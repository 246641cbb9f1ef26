/* log_line.c - see log_line.h. */
#include "cli/log_line.h"

#include <string.h>

/* The length of a CSI ... m at the start of the bytes; 0: there is none. */
static size_t color_length(const char *s, size_t n)
{
    size_t i = 2;
    if (n < 3 || s[0] != '\x1b' || s[1] != '[')
        return 0;
    while (i < n && ((s[i] >= '0' && s[i] <= '9') || s[i] == ';' || s[i] == ':'))
        i++;
    return i < n && s[i] == 'm' ? i + 1 : 0;
}

/* Up to where nothing needs a second look. */
static size_t plain_length(const char *s, size_t n)
{
    size_t i = 0;
    while (i < n && s[i] != '\x1b' && s[i] != '\t')
        i++;
    return i;
}

void log_line_add(struct str *out, const char *line, size_t n, bool color)
{
    bool colored = false;
    while (n) {
        size_t len = plain_length(line, n), escape;
        if (len) {
            str_add_harmless(out, line, len, out->max);
        } else if (*line == '\t') {
            str_addc(out, '\t');
            len = 1;
        } else if ((escape = color_length(line, n))) {
            if (color)
                str_add(out, line, escape);
            colored = color;
            len = escape;
        } else {
            str_add_harmless(out, line, 1, out->max);
            len = 1;
        }
        line += len;
        n -= len;
    }
    if (colored)
        str_addz(out, "\x1b[0m");
}
