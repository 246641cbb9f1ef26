/* progress.c - see progress.h. */
#include "pod/progress.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/file.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/str.h"
#include "tty/term.h"

enum { ROWS_DEFAULT = 24, WIDTH_DEFAULT = 80 };

enum progress_style progress_choose(bool headless)
{
    if (headless || !log_shows(LOG_NEWS))
        return PROGRESS_QUIET;
    /* Each engine call as a line: nothing can be redrawn between these. */
    return term_can_draw(STDERR_FILENO) && !log_shows(LOG_DETAIL) ? PROGRESS_TERMINAL
                                                                  : PROGRESS_LINES;
}

void progress_begin(struct progress *p, enum progress_style style, struct journal *journal)
{
    *p = (struct progress){.style = style, .journal = journal};
    if (style == PROGRESS_TERMINAL)
        log_hold();
}

unsigned progress_add(struct progress *p, const char *name)
{
    assert(p->n < PROGRESS_PARTS_MAX);
    unsigned width = (unsigned)strlen(name);
    p->parts[p->n].name = name;
    p->width = width > p->width ? width : p->width;
    return p->n++;
}

static struct winsize window(void)
{
    struct winsize size = {0};
    ioctl(STDERR_FILENO, TIOCGWINSZ, &size);
    if (!size.ws_col || !size.ws_row)
        size = (struct winsize){.ws_row = ROWS_DEFAULT, .ws_col = WIDTH_DEFAULT};
    return size;
}

/* Lines that scroll out at the top cannot be redrawn. */
static bool fits(const struct progress *p)
{
    unsigned lines = 0;
    for (unsigned i = 0; i < p->n; i++)
        lines += p->parts[i].text[0] != '\0';
    return lines < window().ws_row;
}

/* All lines anew, each cut at the terminal's edge: one that wraps would count as two. */
static void redraw(struct progress *p)
{
    cleanup_str struct str out = STR(LIMIT_MESSAGE);
    unsigned wide = window().ws_col, drawn = 0;

    if (p->drawn)
        str_addf(&out, "\033[%uA", p->drawn);
    for (unsigned i = 0; i < p->n; i++) {
        cleanup_free char *line = NULL;
        if (!p->parts[i].text[0])
            continue;
        line = mem_printf("%-*s  %s", (int)p->width, p->parts[i].name, p->parts[i].text);
        str_addz(&out, "\r\033[K");
        str_add_harmless(&out, line, strnlen(line, wide - 1), wide);
        str_addz(&out, "\n");
        drawn++;
    }
    p->drawn = drawn;
    file_write_all(STDERR_FILENO, out.s, out.len);
}

/* What was there goes: told wherever anything is. */
static bool takes_away(const struct progress_part *part)
{
    return strcmp(part->event, "replacing") == 0;
}

static void show(struct progress *p, const struct progress_part *part)
{
    if (p->style == PROGRESS_TERMINAL && !fits(p)) {
        p->style = PROGRESS_LINES;
        log_resume();
    }
    if (p->style == PROGRESS_TERMINAL)
        redraw(p);
    else if (p->style == PROGRESS_LINES || takes_away(part))
        log_news("%s: %s", part->name, part->text);
    else
        log_detail("%s: %s", part->name, part->text);
}

static void note(struct progress *p, struct progress_part *part, const char *event)
{
    if (part->event && strcmp(part->event, event) == 0)
        return;
    part->event = event;
    journal_note(p->journal, event, part->name, NULL);
}

void progress_set(struct progress *p, unsigned i, const char *event, const char *fmt, ...)
{
    struct progress_part *part = &p->parts[i];
    char text[PROGRESS_TEXT];
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    if (strcmp(text, part->text) == 0)
        return;
    memcpy(part->text, text, sizeof text);
    note(p, part, event);
    show(p, part);
}

void progress_count(struct progress *p, unsigned part, const char *what, long long n, long long of)
{
    if (p->style == PROGRESS_TERMINAL)
        progress_set(
            p, part, "pulling", "%s, %.1f of %.1f MB", what, (double)n / 1e6, (double)of / 1e6);
}

void progress_end(struct progress *p)
{
    if (p->style == PROGRESS_TERMINAL)
        log_resume();
    p->style = PROGRESS_QUIET;
}
