/* detach.c - see detach.h.
 *
 * What is typed is cut into tokens: a byte, or a CSI with all that belongs to it. A token that is
 * the next key of the sequence is held; one that is no key at all (a report) is held along while
 * something is. Any other token hands on what can no longer become the sequence, oldest first. */
#include "tty/detach.h"

#include <string.h>

#include "tty/keys.h"

enum { ESC = 0x1b };

enum token {
    PARTIAL,  /* more bytes must come */
    A_BYTE,   /* its first byte is a key */
    A_CSI,    /* a key, encoded */
    A_REPORT, /* no key */
};

bool detach_init(struct detach *d, const char *keys, struct error *err)
{
    *d = (struct detach){0};
    for (const char *name = keys;; name++) {
        size_t n = strcspn(name, ",");
        int byte = keys_parse(name, n);
        if (byte < 0)
            break;
        if (d->n == DETACH_KEYS)
            return error_set(err, "detach keys \"%s\": more than %d keys", keys, DETACH_KEYS);
        d->keys[d->n++] = (unsigned char)byte;
        name += n;
        if (!*name)
            return true;
    }
    error_set(err, "detach keys \"%s\": a key is missing or unknown", keys);
    return error_hint(err,
        "Write them as %s: single characters, ctrl-a to ctrl-z, ctrl-@, ctrl-[, ctrl-\\, ctrl-], "
        "ctrl-^, ctrl-_ or DEL, with commas between.",
        DETACH_DEFAULT);
}

static void on_sequence(void *user, enum escape_kind kind, const struct escape *e)
{
    if (kind == ESCAPE_CSI)
        *(struct escape *)user = *e;
}

/* Reads the token that begins at s. `*ret_csi` is set for A_CSI. */
static enum token read_token(const char *s, size_t n, size_t *ret_len, struct escape *ret_csi)
{
    *ret_len = 1;
    if (s[0] != ESC)
        return A_BYTE;
    if (n < 2)
        return PARTIAL;
    if (s[1] != '[')
        return A_BYTE;
    size_t len = 2;
    while (len < n && s[len] >= ' ' && s[len] < '@')
        len++;
    if (len >= DETACH_TOKEN)
        return A_BYTE;
    if (len == n)
        return PARTIAL;
    if (s[len] < '@' || s[len] > '~')
        return A_BYTE;
    len++;
    if (len == 3 && s[2] == 'M') /* the mouse as X10 sends it: three bytes more */
        len += 3;
    if (len > n)
        return PARTIAL;
    struct escape parser = {0};
    *ret_csi = (struct escape){0};
    escape_feed(&parser, s, len, on_sequence, ret_csi);
    *ret_len = len;
    return keys_meaning(ret_csi) == KEYS_REPORT ? A_REPORT : A_CSI;
}

/* Hands on the first n of the held bytes. */
static void hand_on(struct detach *d, unsigned n, struct str *pass)
{
    str_add(pass, d->held, n);
    memmove(d->held, d->held + n, d->n_held - n);
    d->n_held -= n;
    d->token = d->token > n ? d->token - n : 0;
}

/* Gives up the oldest held key and those behind it, until the keys that are left begin the
 * sequence again. */
static void fall_back(struct detach *d, struct str *pass)
{
    unsigned drop = 1;
    while (drop < d->matched && memcmp(d->keys, d->keys + drop, d->matched - drop) != 0)
        drop++;
    unsigned from = drop < d->matched ? d->starts[drop] : d->token;
    for (unsigned i = drop; i < d->matched; i++)
        d->starts[i - drop] = d->starts[i] - from;
    d->matched -= drop;
    hand_on(d, from, pass);
}

/* Decides about the complete token of `len` bytes at d->token. True: the keys are complete. */
static bool take_token(
    struct detach *d, enum token kind, size_t len, const struct escape *csi, struct str *pass)
{
    for (;;) {
        unsigned char key = d->keys[d->matched];
        bool is_next = (kind == A_CSI && keys_is(csi, key)) ||
                       (kind == A_BYTE && (unsigned char)d->held[d->token] == key);
        if (is_next) {
            d->starts[d->matched++] = d->token;
            d->token += (unsigned)len;
            return d->matched == d->n;
        }
        if (kind == A_REPORT && d->matched) {
            d->token += (unsigned)len;
            return false;
        }
        if (!d->matched) {
            hand_on(d, d->token + (unsigned)len, pass);
            return false;
        }
        fall_back(d, pass);
    }
}

/* Works off the held bytes. `is_over`: no more will come, a lone ESC is a key. */
static bool take_tokens(struct detach *d, bool is_over, struct str *pass)
{
    while (d->token < d->n_held) {
        size_t len;
        struct escape csi;
        enum token kind = read_token(d->held + d->token, d->n_held - d->token, &len, &csi);
        if (kind == PARTIAL && !is_over)
            return false;
        if (kind == PARTIAL)
            kind = A_BYTE;
        if (take_token(d, kind, len, &csi, pass))
            return true;
    }
    return false;
}

static void clear(struct detach *d)
{
    d->matched = d->token = d->n_held = 0;
}

/* Is there nothing in these bytes that could begin the sequence? */
static bool is_plain(const struct detach *d, const char *bytes, size_t n)
{
    return d->n_held == 0 && !memchr(bytes, ESC, n) && !memchr(bytes, d->keys[0], n);
}

bool detach_feed(struct detach *d, const char *bytes, size_t n, struct str *pass)
{
    if (n && is_plain(d, bytes, n)) {
        str_add(pass, bytes, n);
        return false;
    }
    while (n) {
        if (d->n_held == DETACH_HELD) {
            hand_on(d, d->n_held, pass);
            clear(d);
        }
        size_t room = DETACH_HELD - d->n_held;
        size_t piece = n < room ? n : room;
        memcpy(d->held + d->n_held, bytes, piece);
        d->n_held += (unsigned)piece;
        bytes += piece;
        n -= piece;
        if (take_tokens(d, false, pass)) {
            clear(d);
            return true;
        }
    }
    return false;
}

unsigned detach_wait(const struct detach *d)
{
    if (d->n_held == 0)
        return 0;
    return d->matched ? DETACH_TYPING_MS : DETACH_ESCAPE_MS;
}

bool detach_flush(struct detach *d, struct str *pass)
{
    bool detached = take_tokens(d, true, pass);
    if (!detached)
        hand_on(d, d->n_held, pass);
    clear(d);
    return detached;
}
