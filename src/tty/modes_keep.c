/* modes_keep.c - for sequences that not all terminals hear: what they switch on is on, and what
 * they switch off is on too. Undoing what is off already does no harm. */
#include "tty/modes_int.h"

static void keep_cursor(struct modes_cursor *c, const struct modes_cursor *was)
{
    c->sgr |= was->sgr;
    c->shifted |= was->shifted;
    c->g0_special |= was->g0_special;
    c->origin |= was->origin;
}

static void keep_kitty(struct kitty *k, const struct kitty *was)
{
    struct kitty now = *k;
    if (was->n > now.n)
        *k = *was;
    k->base = now.base ? now.base : was->base;
    k->deep = now.deep || was->deep;
}

void modes_keep(struct modes *m, const struct modes *was)
{
    m->changed |= was->changed;
    m->saved |= was->saved;
    if (was->alternate > m->alternate)
        m->alternate = was->alternate;
    keep_cursor(&m->cursor, &was->cursor);
    keep_cursor(&m->kept, &was->kept);
    for (unsigned i = 0; i < 2; i++)
        keep_kitty(&m->kitty[i], &was->kitty[i]);
    for (unsigned i = 0; i < MODES_KEYS; i++)
        m->keys[i] = m->keys[i] ? m->keys[i] : was->keys[i];
    m->key_format |= was->key_format;
    m->shape = m->shape ? m->shape : was->shape;
    m->console_shape |= was->console_shape;
    m->region |= was->region;
    m->no_utf8 |= was->no_utf8;
    m->link |= was->link;
    m->progress |= was->progress;
}
