/* str.c - see str.h. */
#include "base/str.h"

#include <assert.h>
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

char str_empty[1] = "";

void str_init(struct str *str, size_t max)
{
    *str = (struct str)STR(max);
}

void str_release(struct str *str)
{
    if (str->cap)
        free(str->s);
    str_init(str, str->max);
}

void str_clear(struct str *str)
{
    str->len = 0;
    str->full = false;
    if (str->cap)
        str->s[0] = '\0';
}

/* Makes room for n more bytes and the terminator; false beyond the maximum. */
static bool reserve(struct str *str, size_t n)
{
    if (n > str->max - str->len) {
        str->full = true;
        return false;
    }
    size_t need = str->len + n + 1;
    if (need > str->cap) {
        size_t cap = str->cap ? str->cap : 64;
        while (cap < need)
            cap *= 2;
        char *s = str->cap ? str->s : NULL;
        str->s = mem_resize(s, cap, 1);
        str->cap = cap;
    }
    return true;
}

bool str_add(struct str *str, const void *bytes, size_t n)
{
    assert(str->s && str->len <= str->max);
    if (!n)
        return true;
    if (!reserve(str, n))
        return false;
    memcpy(str->s + str->len, bytes, n);
    str->len += n;
    str->s[str->len] = '\0';
    return true;
}

bool str_addz(struct str *str, const char *text)
{
    return str_add(str, text, strlen(text));
}

bool str_addc(struct str *str, char c)
{
    return str_add(str, &c, 1);
}

bool str_pad(struct str *str, size_t n)
{
    if (!reserve(str, n))
        return false;
    memset(str->s + str->len, ' ', n);
    str->len += n;
    str->s[str->len] = '\0';
    return true;
}

bool str_vaddf(struct str *str, const char *fmt, va_list ap)
{
    va_list again;
    va_copy(again, ap);
    int n = vsnprintf(NULL, 0, fmt, again);
    va_end(again);
    assert(n >= 0);
    if (!reserve(str, (size_t)n))
        return false;
    vsnprintf(str->s + str->len, (size_t)n + 1, fmt, ap);
    str->len += (size_t)n;
    return true;
}

bool str_addf(struct str *str, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    bool ok = str_vaddf(str, fmt, ap);
    va_end(ap);
    return ok;
}

void str_cut(struct str *str, size_t from, size_t n)
{
    assert(from <= str->len && n <= str->len - from);
    if (!n)
        return;
    memmove(str->s + from, str->s + from + n, str->len - from - n + 1);
    str->len -= n;
}

char *str_take(struct str *str)
{
    char *s = str->cap ? str->s : mem_strdup("");
    str_init(str, str->max);
    return s;
}

/* Decodes one character: its length in bytes and its code, or 0 where the bytes are not UTF-8. */
static size_t utf8_next(const unsigned char *s, size_t n, uint32_t *code)
{
    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    if (s[0] < 0x80) {
        *code = s[0];
        return 1;
    }
    size_t len = s[0] >= 0xf0 && s[0] < 0xf8 ? 4 : s[0] >= 0xe0 ? 3 : s[0] >= 0xc0 ? 2 : 0;
    if (!len || len > n || s[0] >= 0xf8)
        return 0;
    *code = s[0] & (0xffU >> (len + 1));
    for (size_t i = 1; i < len; i++) {
        if ((s[i] & 0xc0) != 0x80)
            return 0;
        *code = (*code << 6) | (s[i] & 0x3f);
    }
    if (*code < least[len] || *code > 0x10ffff || (*code >= 0xd800 && *code <= 0xdfff))
        return 0;
    return len;
}

/* Characters that move the cursor, reorder a line, or hide in it. */
static bool is_harmful(uint32_t c)
{
    return c < 0x20 || (c >= 0x7f && c < 0xa0) || c == 0x61c || (c >= 0x200b && c <= 0x200f) ||
           (c >= 0x2028 && c <= 0x202e) || (c >= 0x2060 && c <= 0x2069) || c == 0xfeff;
}

/* How many of the next bytes are printable ASCII, which nearly all text is. */
static size_t plain_run(const unsigned char *s, size_t n)
{
    size_t i = 0;
    while (i < n && s[i] >= ' ' && s[i] < 0x7f)
        i++;
    return i;
}

void str_add_harmless(struct str *str, const char *text, size_t n, size_t limit)
{
    const unsigned char *s = (const unsigned char *)text;
    size_t start = str->len;

    for (size_t i = 0; i < n;) {
        size_t used = str->len - start, left = n - i;
        if (used >= limit) {
            str_addz(str, "...");
            return;
        }
        size_t plain = plain_run(s + i, left < limit - used ? left : limit - used);
        if (plain) {
            str_add(str, s + i, plain);
            i += plain;
            continue;
        }
        uint32_t code = 0;
        size_t len = utf8_next(s + i, left, &code);
        if (len && !is_harmful(code)) {
            str_add(str, s + i, len);
        } else {
            len = len ? len : 1;
            for (size_t k = 0; k < len; k++)
                str_addf(str, "\\x%02x", s[i + k]);
        }
        i += len;
    }
}

bool text_starts(const char *text, const char *prefix)
{
    return strncmp(text, prefix, strlen(prefix)) == 0;
}

bool text_ends(const char *text, const char *suffix)
{
    size_t n = strlen(text), m = strlen(suffix);
    return n >= m && memcmp(text + n - m, suffix, m) == 0;
}

bool text_is_utf8(const char *text, size_t n)
{
    uint32_t code;
    for (size_t i = 0, len; i < n; i += len)
        if (!(len = utf8_next((const unsigned char *)text + i, n - i, &code)))
            return false;
    return true;
}

bool text_number(const char *text, long long min, long long max, long long *ret)
{
    char *end;
    if (!(*text >= '0' && *text <= '9') && !(*text == '-' && text[1] >= '0' && text[1] <= '9'))
        return false;
    errno = 0;
    long long value = strtoll(text, &end, 10);
    if (errno || *end || value < min || value > max)
        return false;
    *ret = value;
    return true;
}

void strv_take(struct strv *list, char *text)
{
    list->v = mem_resize(list->v, list->n + 2, sizeof *list->v);
    list->v[list->n++] = text;
    list->v[list->n] = NULL;
}

void strv_add(struct strv *list, const char *text)
{
    strv_take(list, mem_strdup(text));
}

void strv_addf(struct strv *list, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    strv_take(list, mem_vprintf(fmt, ap));
    va_end(ap);
}

void strv_add_all(struct strv *list, const struct strv *from)
{
    for (size_t i = 0; i < from->n; i++)
        strv_add(list, from->v[i]);
}

bool strv_has(const struct strv *list, const char *text)
{
    for (size_t i = 0; i < list->n; i++)
        if (strcmp(list->v[i], text) == 0)
            return true;
    return false;
}

void strv_release(struct strv *list)
{
    for (size_t i = 0; i < list->n; i++)
        free(list->v[i]);
    free(list->v);
    *list = (struct strv){0};
}
