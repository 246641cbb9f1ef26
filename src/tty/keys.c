/* keys.c - see keys.h. */
#include "tty/keys.h"

#include <stddef.h>
#include <string.h>
#include <strings.h>

#include "base/mem.h"

enum {
    SHIFT = 1,
    CTRL = 4,
    LOCKS = 64 | 128, /* caps lock and num lock change no key */
    RELEASED = 3,
    MODIFIER_KEYS = 57441, /* left shift ... */
    MODIFIER_KEYS_END = 57454,
    LOCK_KEYS = 57358, /* caps, scroll, num lock */
    LOCK_KEYS_END = 57360,
};

/* The control characters that are no letters, and the keys that give them. */
static const struct {
    unsigned char byte;
    const char *keys;
} controls[] = {
    {0x00, "@ 2" },
    {0x1b, "[3"  },
    {0x1c, "\\4" },
    {0x1d, "]5"  },
    {0x1e, "^~6" },
    {0x1f, "_/-7"},
    {0x7f, "?8"  },
};

/* An encoded key: its codes in this layout, shifted, and on a Latin keyboard, 0 where not told;
 * and its modifiers. */
struct key {
    int codes[3];
    int modifiers, event;
};

/* Where field i begins; fields have semicolons between them, their sub-fields colons. */
static unsigned field(const struct escape *e, unsigned i)
{
    for (unsigned at = 0; at < e->n_params; at++)
        if ((at == 0 || !(e->sub >> at & 1)) && i-- == 0)
            return at;
    return ESCAPE_PARAMS;
}

static int sub_field(const struct escape *e, unsigned at, unsigned i, int missing)
{
    for (unsigned k = 1; k <= i; k++)
        if (at + k >= e->n_params || !(e->sub >> (at + k) & 1))
            return missing;
    return escape_param(e, at + i, missing);
}

static bool decode(const struct escape *e, struct key *ret)
{
    *ret = (struct key){.event = 1};
    if (e->marker || e->intermediate || e->n_params == 0)
        return false;
    if (e->final == 'u') {
        unsigned second = field(e, 1);
        for (unsigned i = 0; i < array_size(ret->codes); i++)
            ret->codes[i] = sub_field(e, 0, i, 0);
        ret->modifiers = sub_field(e, second, 0, 1) - 1;
        ret->event = sub_field(e, second, 1, 1);
        return true;
    }
    if (e->final == '~' && escape_param(e, 0, 0) == 27 && e->n_params == 3) {
        ret->modifiers = escape_param(e, 1, 1) - 1;
        ret->codes[0] = escape_param(e, 2, 0);
        return true;
    }
    return false;
}

enum keys_meaning keys_meaning(const struct escape *e)
{
    struct key key;
    if (e->marker || e->intermediate)
        return KEYS_REPORT;
    if (decode(e, &key)) {
        int code = key.codes[0];
        bool alone = (code >= MODIFIER_KEYS && code <= MODIFIER_KEYS_END) ||
                     (code >= LOCK_KEYS && code <= LOCK_KEYS_END);
        return alone || key.event == RELEASED ? KEYS_REPORT : KEYS_KEY;
    }
    /* Arrows and the like tell of their release, too: CSI 1 ; 1:3 A */
    if (sub_field(e, field(e, 1), 1, 1) == RELEASED)
        return KEYS_REPORT;
    return strchr("IOMntcy", e->final) ? KEYS_REPORT : KEYS_KEY;
}

static bool is_one_of(int code, const char *keys)
{
    return code > 0 && code < 0x80 && strchr(keys, code);
}

static bool is_control(const struct key *key, unsigned char byte)
{
    int modifiers = key->modifiers & ~LOCKS;
    if (modifiers == 0 && key->codes[0] == byte)
        return true;
    if (byte >= 1 && byte <= 26) {
        if (modifiers != CTRL)
            return false;
        for (unsigned i = 0; i < array_size(key->codes); i++)
            if ((key->codes[i] | 0x20) == byte + 'a' - 1)
                return true;
        return false;
    }
    if ((modifiers & ~SHIFT) != CTRL)
        return false;
    for (size_t i = 0; i < array_size(controls); i++)
        if (controls[i].byte == byte)
            return is_one_of(key->codes[0], controls[i].keys) ||
                   is_one_of(key->codes[1], controls[i].keys);
    return false;
}

static bool is_character(const struct key *key, unsigned char byte)
{
    int modifiers = key->modifiers & ~LOCKS;
    if (modifiers == 0)
        return key->codes[0] == byte;
    if (modifiers != SHIFT)
        return false;
    bool is_capital = byte >= 'A' && byte <= 'Z' && key->codes[0] == byte + ('a' - 'A');
    return key->codes[0] == byte || key->codes[1] == byte || is_capital;
}

bool keys_is(const struct escape *e, unsigned char byte)
{
    struct key key;
    if (!decode(e, &key) || key.event == RELEASED)
        return false;
    return byte < ' ' || byte == 0x7f ? is_control(&key, byte) : is_character(&key, byte);
}

int keys_parse(const char *name, size_t n)
{
    static const char ctrl[] = "ctrl-";
    const size_t prefix = sizeof ctrl - 1;
    if (n == 1 && *name >= ' ' && *name < 0x7f)
        return *name;
    if (n == 3 && strncasecmp(name, "DEL", 3) == 0)
        return 0x7f;
    if (n != prefix + 1 || strncasecmp(name, ctrl, prefix) != 0)
        return -1;
    char c = name[prefix];
    if (c >= 'a' && c <= 'z')
        return c - 'a' + 1;
    return c >= '@' && c <= '_' ? c - '@' : -1;
}
