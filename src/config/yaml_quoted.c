/* yaml_quoted.c - see yaml_int.h: what stands between quotes, decoded from the file's own bytes.
 *
 * libfyaml finds where such a text begins and that it is well-formed, but 0.7.12 decodes it wrongly
 * ('x''''y' becomes x'''), so that part is done here. Line breaks fold in both kinds: white space
 * around one goes, one break is a space, n breaks are n - 1. */
#include <string.h>

#include "config/yaml_int.h"

/* Steps over a line break, if there is one. */
static bool take_break(const char **s, const char *end)
{
    if (*s < end && **s == '\r') {
        ++*s;
        if (*s < end && **s == '\n')
            ++*s;
        return true;
    }
    if (*s < end && **s == '\n') {
        ++*s;
        return true;
    }
    return false;
}

static void skip_blanks(const char **s, const char *end)
{
    while (*s < end && (**s == ' ' || **s == '\t'))
        ++*s;
}

/* Behind a first break: the empty lines that follow are breaks, else (unless it was escaped) there
 * is a space. */
static void fold(const char **s, const char *end, bool escaped, struct str *out)
{
    size_t empty = 0;
    skip_blanks(s, end);
    while (take_break(s, end)) {
        empty++;
        skip_blanks(s, end);
    }
    for (size_t i = 0; i < empty; i++)
        str_addc(out, '\n');
    if (!empty && !escaped)
        str_addc(out, ' ');
}

static void add_utf8(struct str *out, unsigned long code)
{
    if (code < 0x80) {
        str_addc(out, (char)code);
    } else if (code < 0x800) {
        str_addc(out, (char)(0xc0 | (code >> 6)));
        str_addc(out, (char)(0x80 | (code & 0x3f)));
    } else if (code < 0x10000) {
        str_addc(out, (char)(0xe0 | (code >> 12)));
        str_addc(out, (char)(0x80 | ((code >> 6) & 0x3f)));
        str_addc(out, (char)(0x80 | (code & 0x3f)));
    } else {
        str_addc(out, (char)(0xf0 | (code >> 18)));
        str_addc(out, (char)(0x80 | ((code >> 12) & 0x3f)));
        str_addc(out, (char)(0x80 | ((code >> 6) & 0x3f)));
        str_addc(out, (char)(0x80 | (code & 0x3f)));
    }
}

/* n hexadecimal digits. */
static bool take_hex(const char **s, const char *end, int n, unsigned long *ret)
{
    static const char digits[] = "0123456789abcdef";
    unsigned long value = 0;
    for (int i = 0; i < n; i++, ++*s) {
        const char *at = *s < end && **s ? strchr(digits, **s | 0x20) : NULL;
        if (!at || (**s < '0' || (**s > '9' && **s < 'A')))
            return false;
        value = value * 16 + (unsigned long)(at - digits);
    }
    *ret = value;
    return true;
}

/* \xXX, \uXXXX, \UXXXXXXXX. */
static bool take_code(const char **s, const char *end, int digits, struct str *out)
{
    unsigned long code;
    if (!take_hex(s, end, digits, &code) || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff))
        return false;
    add_utf8(out, code);
    return true;
}

/* What follows a backslash. */
static bool take_escape(const char **s, const char *end, struct str *out)
{
    static const struct {
        char letter;
        unsigned long code;
    } letters[] = {
        {'0',  0     },
        {'a',  7     },
        {'b',  8     },
        {'t',  9     },
        {'\t', 9     },
        {'n',  10    },
        {'v',  11    },
        {'f',  12    },
        {'r',  13    },
        {'e',  27    },
        {' ',  ' '   },
        {'"',  '"'   },
        {'/',  '/'   },
        {'\\', '\\'  },
        {'N',  0x85  },
        {'_',  0xa0  },
        {'L',  0x2028},
        {'P',  0x2029},
    };
    if (*s == end)
        return false;
    if (take_break(s, end)) {
        fold(s, end, true, out);
        return true;
    }
    char c = *(*s)++;
    if (c == 'x' || c == 'u' || c == 'U')
        return take_code(s, end, c == 'x' ? 2 : c == 'u' ? 4 : 8, out);
    for (size_t i = 0; i < sizeof letters / sizeof *letters; i++)
        if (letters[i].letter == c) {
            add_utf8(out, letters[i].code);
            return true;
        }
    return false;
}

bool quoted_text(const char *s, const char *end, char quote, struct str *out)
{
    size_t solid = 0; /* up to here white space stays, whatever follows */
    while (s < end) {
        if (*s == quote && quote == '\'' && s + 1 < end && s[1] == '\'') {
            str_addc(out, '\'');
            s += 2;
        } else if (*s == quote) {
            return true;
        } else if (*s == '\\' && quote == '"') {
            s++;
            if (!take_escape(&s, end, out))
                return false;
            solid = out->len;
            continue;
        } else if (take_break(&s, end)) {
            while (out->len > solid && strchr(" \t", out->s[out->len - 1]))
                str_cut(out, out->len - 1, 1);
            fold(&s, end, false, out);
        } else {
            str_addc(out, *s++);
        }
        if (out->len && !strchr(" \t", out->s[out->len - 1]))
            solid = out->len;
    }
    return false;
}
