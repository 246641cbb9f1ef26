/* record.c - see record.h. */
#include "tty/record.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/file.h"
#include "base/limits.h"
#include "base/mem.h"
#include "base/output_file.h"

/* Bytes of output in one event, and the most that they and the rest of a line can become: each
 * as a \u escape of six. */
enum { PIECE = LIMIT_READ_CHUNK, EVENT_MAX = 6 * PIECE + 4 * KIB };

static uint64_t now_us(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000 + (uint64_t)t.tv_nsec / 1000;
}

static void stop(struct record *r)
{
    close(r->fd);
    r->fd = -1;
    free(r->path);
    r->path = NULL;
    str_release(&r->line);
}

/* Writes the line that has been made. */
static bool put_line(struct record *r, struct error *err)
{
    str_addc(&r->line, '\n');
    if (file_write_all(r->fd, r->line.s, r->line.len)) {
        r->end += (off_t)r->line.len;
        str_clear(&r->line);
        return true;
    }
    error_set(err, "write the recording %s: %s", r->path, strerror(errno));
    if (ftruncate(r->fd, r->end) != 0)
        error_hint(err, "Its last line is not complete.");
    stop(r);
    return false;
}

/* The length of the character at s, of which n bytes are there: 1 to 4; 0: more bytes are
 * needed; -1: no UTF-8. */
static int character(const unsigned char *s, size_t n)
{
    /* First bytes, and what may follow: overlong forms, surrogates and what lies above U+10FFFF
     * show in the second byte. */
    static const struct {
        uint8_t first, last, len, low, high;
    } rows[] = {
        {0x00, 0x7f, 1, 0x80, 0xbf},
        {0xc2, 0xdf, 2, 0x80, 0xbf},
        {0xe0, 0xe0, 3, 0xa0, 0xbf},
        {0xe1, 0xec, 3, 0x80, 0xbf},
        {0xed, 0xed, 3, 0x80, 0x9f},
        {0xee, 0xef, 3, 0x80, 0xbf},
        {0xf0, 0xf0, 4, 0x90, 0xbf},
        {0xf1, 0xf3, 4, 0x80, 0xbf},
        {0xf4, 0xf4, 4, 0x80, 0x8f},
    };
    size_t row = 0;
    while (row < array_size(rows) && (s[0] < rows[row].first || s[0] > rows[row].last))
        row++;
    if (row == array_size(rows))
        return -1;
    for (size_t i = 1; i < rows[row].len; i++) {
        if (i == n)
            return 0;
        if (s[i] < (i == 1 ? rows[row].low : 0x80) || s[i] > (i == 1 ? rows[row].high : 0xbf))
            return -1;
    }
    return rows[row].len;
}

static void add_character(struct str *line, const unsigned char *s, int len)
{
    if (len < 0)
        str_addz(line, "\\ufffd");
    else if (*s == '"' || *s == '\\')
        str_addf(line, "\\%c", *s);
    else if (*s < ' ' || *s == 0x7f)
        str_addf(line, "\\u%04x", *s);
    else
        str_add(line, s, (size_t)len);
}

/* Adds text as the inside of a JSON string, and returns how many bytes at its end are the begin
 * of a character whose rest has not come. */
static size_t add_text(struct str *line, const unsigned char *s, size_t n)
{
    while (n) {
        int len = character(s, n);
        if (len == 0)
            return n;
        add_character(line, s, len);
        size_t used = len < 0 ? 1 : (size_t)len;
        s += used;
        n -= used;
    }
    return 0;
}

static void begin_event(struct record *r, char kind)
{
    uint64_t since = now_us() - r->begun;
    str_addf(
        &r->line, "[%" PRIu64 ".%06" PRIu64 ", \"%c\", \"", since / 1000000, since % 1000000, kind);
}

static bool end_event(struct record *r, struct error *err)
{
    str_addz(&r->line, "\"]");
    return put_line(r, err);
}

static void add_variable(struct str *line, const char *name, const char *before)
{
    const char *value = getenv(name);
    str_addf(line, "%s\"%s\": \"", before, name);
    if (value)
        add_text(line, (const unsigned char *)value, strnlen(value, KIB / 2));
    str_addc(line, '"');
}

static bool put_header(struct record *r, unsigned rows, unsigned columns, struct error *err)
{
    str_addf(&r->line,
        "{\"version\": 2, \"width\": %u, \"height\": %u, \"timestamp\": %lld, \"env\": {", columns,
        rows, (long long)time(NULL));
    add_variable(&r->line, "SHELL", "");
    add_variable(&r->line, "TERM", ", ");
    str_addz(&r->line, "}}");
    return put_line(r, err);
}

/* What is there is emptied only when there is something to record. */
static int open_regular(const char *path, struct error *err)
{
    const char *why;
    struct stat st;
    int fd = output_file_open_plain(path, 0600, &why);
    if (fd >= 0 && (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode))) {
        why = "it is not a regular file";
        close(fd);
        fd = -1;
    }
    if (fd < 0)
        error_set(err, "record to %s: %s", path, why);
    return fd;
}

bool record_open(struct record *r, const char *path, struct error *err)
{
    *r = (struct record){.fd = open_regular(path, err)};
    str_init(&r->line, EVENT_MAX);
    if (r->fd < 0)
        return false;
    r->path = mem_strdup(path);
    return true;
}

bool record_begin(struct record *r, unsigned rows, unsigned columns, struct error *err)
{
    if (r->fd < 0)
        return true;
    r->begun = now_us();
    if (ftruncate(r->fd, 0) == 0)
        return put_header(r, rows, columns, err);
    error_set(err, "record to %s: %s", r->path, strerror(errno));
    stop(r);
    return false;
}

/* Completes the character that was split, byte by byte; its bytes are few. Returns how many of
 * the new ones it took. */
static size_t join_tail(struct record *r, const unsigned char *s, size_t n)
{
    size_t used = 0;
    while (r->n_tail && used < n) {
        r->tail[r->n_tail++] = s[used++];
        unsigned rest = (unsigned)add_text(&r->line, r->tail, r->n_tail);
        memmove(r->tail, r->tail + r->n_tail - rest, rest);
        r->n_tail = rest;
    }
    return used;
}

static bool put_piece(struct record *r, const unsigned char *s, size_t n, struct error *err)
{
    begin_event(r, 'o');
    size_t empty = r->line.len;
    size_t used = join_tail(r, s, n);
    if (used < n) {
        size_t rest = add_text(&r->line, s + used, n - used);
        memcpy(r->tail, s + n - rest, rest);
        r->n_tail = (unsigned)rest;
    }
    if (r->line.len == empty) {
        str_clear(&r->line);
        return true;
    }
    return end_event(r, err);
}

bool record_output(struct record *r, const void *bytes, size_t n, struct error *err)
{
    const unsigned char *s = bytes;
    while (n && r->fd >= 0 && r->begun) {
        size_t piece = n < PIECE ? n : PIECE;
        if (!put_piece(r, s, piece, err))
            return false;
        s += piece;
        n -= piece;
    }
    return true;
}

bool record_resize(struct record *r, unsigned rows, unsigned columns, struct error *err)
{
    if (r->fd < 0 || !r->begun)
        return true;
    begin_event(r, 'r');
    str_addf(&r->line, "%ux%u", columns, rows);
    return end_event(r, err);
}

void record_close(struct record *r)
{
    if (r->fd < 0)
        return;
    struct error ignored = {0};
    if (r->n_tail) {
        begin_event(r, 'o');
        for (unsigned i = 0; i < r->n_tail; i++)
            str_addz(&r->line, "\\ufffd");
        end_event(r, &ignored);
    }
    error_clear(&ignored);
    if (r->fd >= 0)
        stop(r);
}
