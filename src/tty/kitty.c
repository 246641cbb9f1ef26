/* kitty.c - see kitty.h. */
#include "tty/kitty.h"

#include <string.h>

enum { FLAGS_KNOWN = 0x1f };

static void push(struct kitty *k, uint8_t flags)
{
    if (k->n == KITTY_FLAGS) {
        memmove(k->flags, k->flags + 1, KITTY_FLAGS - 1);
        k->n--;
        k->deep = true;
    }
    k->flags[k->n++] = flags;
}

static void pop(struct kitty *k, int count)
{
    if (count > k->n)
        *k = (struct kitty){0};
    else
        k->n = (uint8_t)(k->n - count);
}

static void set(struct kitty *k, uint8_t flags, int how)
{
    uint8_t *now = k->n ? &k->flags[k->n - 1] : &k->base;
    if (how == 1)
        *now = flags;
    else if (how == 2)
        *now |= flags;
    else if (how == 3)
        *now = (uint8_t)(*now & ~flags);
}

void kitty_apply(struct kitty *k, const struct escape *e)
{
    uint8_t flags = (uint8_t)(escape_param(e, 0, 0) & FLAGS_KNOWN);
    if (e->marker == '>')
        push(k, flags);
    else if (e->marker == '<')
        pop(k, escape_param(e, 0, 1));
    else if (e->marker == '=')
        set(k, flags, escape_param(e, 1, 1));
}
