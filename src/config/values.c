/* values.c - see values.h: values that are read. The checks are in values_check.c. */
#include "config/values.h"

#include <ctype.h>
#include <string.h>

#include "base/limits.h"
#include "base/mem.h"

#define DIGITS "0123456789"

/* "12" or "1.25" at *text times `unit`; false if there is none or it is out of range. */
static bool decimal(const char **text, long long unit, long long *ret)
{
    const char *s = *text;
    long long whole = 0, part = 0, scale = 1;
    size_t digits = strspn(s, DIGITS);

    if (!digits || digits > 18)
        return false;
    for (; digits; digits--)
        whole = whole * 10 + (*s++ - '0');
    if (*s == '.') {
        size_t n = strspn(++s, DIGITS);
        if (!n || n > 9)
            return false;
        for (; n; n--, scale *= 10)
            part = part * 10 + (*s++ - '0');
    }
    long long value;
    if (__builtin_mul_overflow(whole, unit, &value))
        return false;
    /* part < scale <= 10^9: in doubles the sum of both is exact to far below one unit. */
    long long rest = (long long)((double)part / (double)scale * (double)unit + 0.5);
    if (__builtin_add_overflow(value, rest, &value))
        return false;
    *text = s;
    *ret = value;
    return true;
}

bool value_size(const char *text, long long *ret)
{
    static const char units[] = "bkmgt";
    size_t number = strspn(text, DIGITS ".");
    long long unit = 1;
    char letter = (char)tolower((unsigned char)text[number]);

    if (letter) {
        const char *at = strchr(units, letter);
        if (!at)
            return false;
        unit = 1LL << (10 * (at - units));
        const char *rest = text + number + 1;
        if (letter != 'b' && tolower((unsigned char)*rest) == 'b')
            rest++;
        if (*rest)
            return false;
    }
    return decimal(&text, unit, ret) && (!*text || tolower((unsigned char)*text) == letter);
}

bool value_duration(const char *text, long long *ret)
{
    static const struct {
        const char *name;
        long long unit;
    } units[] = {
        {"ms", 1000000            },
        {"us", 1000               },
        {"ns", 1                  },
        {"s",  1000000000         },
        {"m",  60 * 1000000000LL  },
        {"h",  3600 * 1000000000LL},
    };
    long long total = 0, value;

    if (*text && !text[strspn(text, DIGITS ".")])
        return decimal(&text, 1000000000, ret) && !*text;
    if (!*text)
        return false;
    while (*text) {
        const char *name = text + strspn(text, DIGITS ".");
        size_t i = 0;
        while (i < array_size(units) && !text_starts(name, units[i].name))
            i++;
        if (i == array_size(units) || !decimal(&text, units[i].unit, &value) || text != name ||
            __builtin_add_overflow(total, value, &total))
            return false;
        text += strlen(units[i].name);
    }
    *ret = total;
    return true;
}

bool value_cpus(const char *text, long long *ret)
{
    return decimal(&text, 1000000000, ret) && !*text;
}

char *value_size_text(long long bytes)
{
    static const char units[] = " kmgt";
    int unit = 0;
    while (units[unit + 1] && bytes && bytes % 1024 == 0) {
        bytes /= 1024;
        unit++;
    }
    return unit ? mem_printf("%lld%c", bytes, units[unit]) : mem_printf("%lld", bytes);
}

char *value_duration_text(long long ns)
{
    if (ns % 1000000000 == 0)
        return mem_printf("%llds", ns / 1000000000);
    if (ns % 1000000 == 0)
        return mem_printf("%lldms", ns / 1000000);
    return mem_printf("%lldns", ns);
}

char *value_cpus_text(long long billionths)
{
    char *text = mem_printf("%lld.%09lld", billionths / 1000000000, billionths % 1000000000);
    size_t n = strlen(text);
    while (text[n - 1] == '0')
        text[--n] = '\0';
    if (text[n - 1] == '.')
        text[n - 1] = '\0';
    return text;
}

/* One word, quotes removed, at *text; false on an open quote. */
static bool one_word(const char **text, struct str *word)
{
    const char *s = *text;
    char quote = '\0';
    for (; *s && (quote || !strchr(" \t\n", *s)); s++) {
        if (!quote && (*s == '\'' || *s == '"')) {
            quote = *s;
        } else if (*s == quote) {
            quote = '\0';
        } else if (*s == '\\' && quote != '\'') {
            bool plain = quote && !strchr("\"\\$`", s[1]); /* stays in double quotes */
            if (!s[1])
                return false;
            if (plain)
                str_addc(word, '\\');
            str_addc(word, *++s);
        } else {
            str_addc(word, *s);
        }
    }
    *text = s;
    return !quote;
}

bool value_words(const char *text, struct strv *ret)
{
    size_t max = strlen(text) + 1;
    for (;;) {
        text += strspn(text, " \t\n");
        if (!*text || ret->n > LIMIT_YAML_ITEMS)
            return true;
        cleanup_str struct str word = STR(max);
        if (!one_word(&text, &word))
            return false;
        strv_take(ret, str_take(&word));
    }
}
