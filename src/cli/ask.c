/* ask.c - see ask.h. */
#include "cli/ask.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <termios.h>
#include <unistd.h>

enum { ANSWER_MAX = 16, TRIES = 3 };

bool ask_is_possible(void)
{
    return isatty(STDIN_FILENO) && isatty(STDERR_FILENO);
}

/* One line, its end cut off, and nothing that stands behind it; false at the end of input. */
static bool read_line(char answer[static ANSWER_MAX])
{
    size_t n = 0;
    char c;

    while (read(STDIN_FILENO, &c, 1) == 1) {
        if (c == '\n') {
            answer[n] = '\0';
            return true;
        }
        if (n < ANSWER_MAX - 1)
            answer[n++] = c;
    }
    return false;
}

bool ask_yes(const char *question, bool fallback)
{
    char answer[ANSWER_MAX];

    tcflush(STDIN_FILENO, TCIFLUSH);
    for (int i = 0; i < TRIES; i++) {
        fprintf(stderr, "%s %s ", question, fallback ? "[Y/n]" : "[y/N]");
        if (!read_line(answer)) {
            fputc('\n', stderr);
            return false;
        }
        if (!*answer)
            return fallback;
        if (strcasecmp(answer, "y") == 0 || strcasecmp(answer, "yes") == 0)
            return true;
        if (strcasecmp(answer, "n") == 0 || strcasecmp(answer, "no") == 0)
            return false;
    }
    return false;
}
