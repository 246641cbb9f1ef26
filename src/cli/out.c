/* out.c - see out.h. */
#include "cli/out.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tty/term.h"

static bool color;
static int trouble; /* errno of the first write that failed */

void out_start(bool no_color)
{
    const char *no = getenv("NO_COLOR");
    color = !no_color && !(no && *no) && term_can_draw(STDOUT_FILENO);
}

bool out_has_color(void)
{
    return color;
}

const char *out_mark_begin(enum out_mark mark)
{
    static const char *const begin[] = {
        [OUT_PLAIN] = "", [OUT_GOOD] = "\x1b[32m", [OUT_BAD] = "\x1b[31m"};
    return begin[mark];
}

const char *out_mark_end(enum out_mark mark)
{
    return mark == OUT_PLAIN ? "" : "\x1b[0m";
}

static void check(bool ok)
{
    if (!ok && !trouble)
        trouble = errno ? errno : EIO;
}

void out_text(const char *text)
{
    check(fputs(text, stdout) != EOF);
}

void out_marked(enum out_mark mark, const char *text)
{
    out_text(color ? out_mark_begin(mark) : "");
    out_text(text);
    out_text(color ? out_mark_end(mark) : "");
}

void out_bytes(const void *bytes, size_t n)
{
    check(fwrite(bytes, 1, n, stdout) == n);
}

void out_json(const json_t *json)
{
    check(json_dumpf(json, stdout, JSON_INDENT(2) | JSON_ENSURE_ASCII) == 0);
    out_text("\n");
}

bool out_json_line(const json_t *json)
{
    check(json_dumpf(json, stdout, JSON_COMPACT | JSON_ENSURE_ASCII) == 0);
    out_text("\n");
    return out_flush();
}

bool out_flush(void)
{
    check(fflush(stdout) == 0);
    return !trouble;
}

bool out_end(struct error *err)
{
    check(fflush(stdout) == 0);
    if (trouble == EPIPE) {
        signal(SIGPIPE, SIG_DFL);
        raise(SIGPIPE);
    }
    if (trouble)
        return error_set(err, "write to standard output: %s", strerror(trouble));
    return true;
}
