/* kitty.h - the kitty keyboard protocol's flags, which each of the two screens has in a stack. */
#ifndef TTY_KITTY_H
#define TTY_KITTY_H

#include <stdbool.h>
#include <stdint.h>

#include "tty/escape.h"

enum {
    KITTY_FLAGS = 8,    /* entries of a stack; kitty itself keeps as many */
    KITTY_ALL = 99,     /* pops more than any stack holds, which also clears what was set */
    KITTY_RELEASES = 2, /* flag: key releases are sent, too */
};

/* One screen's. Zeroed: as it was found. */
struct kitty {
    uint8_t n; /* flags that were pushed; the last ones count */
    uint8_t flags[KITTY_FLAGS];
    uint8_t base; /* flags that were set with nothing pushed */
    bool deep;    /* more was pushed than fits: the oldest are lost */
};

/* Applies CSI > u (push), CSI < u (pop), CSI = u (set). */
void kitty_apply(struct kitty *, const struct escape *);

static inline bool kitty_is_clean(const struct kitty *k)
{
    return !k->n && !k->base && !k->deep;
}

/* The flags that are in force. */
static inline uint8_t kitty_now(const struct kitty *k)
{
    return k->n && k->n <= KITTY_FLAGS ? k->flags[k->n - 1] : k->base;
}

#endif
