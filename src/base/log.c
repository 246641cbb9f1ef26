/* log.c - see log.h. State is the program's: one stderr, one level. */
#include "base/log.h"

#include <errno.h>
#include <poll.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/limits.h"
#include "base/mem.h"
#include "base/str.h"

enum { SECRET_LEAST = 6 };

static enum log_level shown = LOG_NEWS;
static struct strv secrets;
static struct str held = STR(LIMIT_MESSAGE);
static unsigned holds;

void log_set_level(enum log_level level)
{
    shown = level;
}

bool log_shows(enum log_level level)
{
    return level <= shown;
}

void log_secret(const char *value)
{
    if (value && strlen(value) >= SECRET_LEAST && !strv_has(&secrets, value))
        strv_add(&secrets, value);
}

/* stderr may be a pipe that another process made non-blocking: wait for room, but not for ever. */
static void emit(const char *text, size_t n)
{
    while (n) {
        ssize_t done = write(STDERR_FILENO, text, n);
        if (done < 0 && errno == EINTR)
            continue;
        if (done < 0 && errno == EAGAIN) {
            struct pollfd p = {.fd = STDERR_FILENO, .events = POLLOUT};
            if (poll(&p, 1, 1000) == 1)
                continue;
        }
        if (done < 0)
            return;
        text += done;
        n -= (size_t)done;
    }
}

void log_mask(struct str *line)
{
    for (size_t i = 0; i < secrets.n; i++) {
        size_t len = strlen(secrets.v[i]);
        char *at;
        while ((at = memmem(line->s, line->len, secrets.v[i], len))) {
            memset(at, '*', 3);
            str_cut(line, (size_t)(at - line->s) + 3, len - 3);
        }
    }
}

/* A message may have lines of its own; each is made harmless by itself. */
static void say(const char *prefix, const char *text)
{
    cleanup_str struct str raw = STR(LIMIT_MESSAGE);
    cleanup_str struct str line = STR(LIMIT_MESSAGE);
    str_add(&raw, text, strnlen(text, LIMIT_MESSAGE));
    log_mask(&raw);
    str_addz(&line, prefix);
    for (const char *s = raw.s; *s;) {
        size_t n = strcspn(s, "\n");
        str_add_harmless(&line, s, n, LIMIT_MESSAGE / 2);
        s += n;
        if (*s == '\n' && *++s)
            str_addz(&line, "\n  ");
    }
    str_addc(&line, '\n');
    if (holds)
        str_add(&held, line.s, line.len);
    else
        emit(line.s, line.len);
}

void log_write(enum log_level level, const char *fmt, ...)
{
    if (!log_shows(level))
        return;
    va_list ap;
    va_start(ap, fmt);
    cleanup_free char *text = mem_vprintf(fmt, ap);
    va_end(ap);
    say("ccpod: ", text);
}

void log_error(const struct error *err)
{
    say("ccpod: ", err->text);
    if (err->hint)
        say("  ", err->hint);
}

void log_hold(void)
{
    holds++;
}

void log_resume(void)
{
    if (holds && --holds == 0 && held.len) {
        emit(held.s, held.len);
        str_clear(&held);
    }
}

void log_close(void)
{
    holds = 0;
    if (held.len)
        emit(held.s, held.len);
    str_release(&held);
    strv_release(&secrets);
}
