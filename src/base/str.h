/* str.h - growing text (or bytes) with a maximum, and lists of texts.
 *
 * A str is always terminated and never NULL, even when empty. It cannot be made without a
 * maximum: what would go beyond is not added, `full` is set and the call returns false, so a
 * caller may add many pieces and check once at the end.
 *
 *     struct str s = STR(LIMIT_PATH);
 *     str_addf(&s, "%s/%s", dir, name);
 *     if (s.full) ...
 *     str_release(&s);
 */
#ifndef BASE_STR_H
#define BASE_STR_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

struct str {
    char *s;    /* terminated; points at a static empty text while nothing is allocated */
    size_t len; /* without the terminator */
    size_t cap; /* bytes allocated */
    size_t max; /* len never exceeds it */
    bool full;  /* something did not fit */
};

extern char str_empty[1];

#define STR(maximum)                                                                               \
    {                                                                                              \
        .s = str_empty, .max = (maximum)                                                           \
    }

void str_init(struct str *, size_t max);
void str_release(struct str *);                          /* contents; empty and usable after */
void str_clear(struct str *);                            /* empty, memory kept */
bool str_add(struct str *, const void *bytes, size_t n); /* all or nothing */
bool str_addz(struct str *, const char *text);
bool str_addc(struct str *, char c);
bool str_pad(struct str *, size_t n); /* adds n spaces */
bool str_addf(struct str *, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
bool str_vaddf(struct str *, const char *fmt, va_list ap) __attribute__((format(printf, 2, 0)));
void str_cut(struct str *, size_t from, size_t n); /* removes n bytes at from */
char *str_take(struct str *);                      /* the caller's to free; str is empty after */

/* Adds text that others wrote, made harmless for a terminal and a single line: control, C1 and
 * bidirectional-override characters as \x.., invalid UTF-8 likewise, cut at `limit` bytes. */
void str_add_harmless(struct str *, const char *text, size_t n, size_t limit);

bool text_starts(const char *text, const char *prefix);
bool text_ends(const char *text, const char *suffix);
bool text_is_utf8(const char *text, size_t n); /* no overlong forms, no surrogates */

/* A whole decimal number in [min, max], nothing before or after it. */
bool text_number(const char *text, long long min, long long max, long long *ret);

/* A list of texts, NULL-terminated as execv wants it; owns the texts. Zeroed is empty. */
struct strv {
    char **v;
    size_t n;
};

void strv_add(struct strv *, const char *text); /* copies */
void strv_take(struct strv *, char *text);      /* keeps the given one */
void strv_addf(struct strv *, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void strv_add_all(struct strv *, const struct strv *from);
bool strv_has(const struct strv *, const char *text);
void strv_release(struct strv *);

#define cleanup_str  __attribute__((cleanup(str_release)))
#define cleanup_strv __attribute__((cleanup(strv_release)))

#endif
