/* detach.h - finds the detach keys among the bytes that the user types.
 *
 *     detach_init(&d, "ctrl-p,ctrl-q", err);
 *     if (detach_feed(&d, bytes, n, &pass)) ...detached: `pass` still goes to the program...
 *     if (detach_wait(&d)) ...start a timer of so many ms; when it rings without another feed:
 *         if (detach_flush(&d, &pass)) ...
 *
 * A key is found as the byte that it has always been, and in the encodings of the kitty keyboard
 * (CSI u) and of modifyOtherKeys (CSI 27 ; m ; c ~). While the keys are half typed, what was typed
 * is held back; another key, or the timer, hands it on unchanged and in order. Reports that come
 * in between (mouse, focus, key releases, answers) do not count as keys. Memory is fixed; pure. */
#ifndef TTY_DETACH_H
#define TTY_DETACH_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "base/str.h"

#define DETACH_DEFAULT "ctrl-p,ctrl-q"

enum {
    DETACH_KEYS = 8,        /* keys in a sequence */
    DETACH_HELD = 256,      /* bytes held back; more than that is no sequence that someone types */
    DETACH_TOKEN = 64,      /* bytes of one encoded key */
    DETACH_ESCAPE_MS = 25,  /* a lone ESC: the key, or the begin of a sequence that was split? */
    DETACH_TYPING_MS = 400, /* the next key of a half-typed sequence */
};

struct detach {
    unsigned char keys[DETACH_KEYS]; /* as bytes: ctrl-p is 16 */
    unsigned n;
    unsigned matched;             /* keys[0 .. matched) are held, complete */
    unsigned starts[DETACH_KEYS]; /* where each of them begins in `held` */
    char held[DETACH_HELD];
    unsigned n_held;
    unsigned token; /* the unfinished key or report begins here in `held` */
};

/* Keys as Docker writes them: a character each, or ctrl-a to ctrl-z, ctrl-@, ctrl-[, ctrl-\,
 * ctrl-], ctrl-^, ctrl-_, or DEL, with commas between. */
bool detach_init(struct detach *, const char *keys, struct error *err);

/* Adds to *pass what goes to the program (at most n + DETACH_HELD bytes). True: the keys were
 * typed; they are not passed on, and what follows them is dropped. */
bool detach_feed(struct detach *, const char *bytes, size_t n, struct str *pass);

/* How long to wait for more before detach_flush(), in milliseconds; 0: nothing is held. */
unsigned detach_wait(const struct detach *);

/* Nothing more came: hands on what is held. True where that completes the keys (a lone ESC). */
bool detach_flush(struct detach *, struct str *pass);

#endif
