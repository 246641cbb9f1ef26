/* modes_undo.c - writes the sequences that undo what struct modes says is left on, or that bring
 * it back. Only what was changed is written, so that a terminal never sees a sequence that the
 * program did not know of. Runs in signal handlers and on memory that another process had while
 * it was killed: no allocation, no stdio, no value that is trusted to be in range. */
#include <string.h>

#include "tty/modes.h"
#include "tty/modes_int.h"

struct out {
    char *s;
    size_t n;
};

static void add(struct out *o, const char *text)
{
    size_t len = strlen(text);
    if (o->n + len <= MODES_UNDO_MAX) {
        memcpy(o->s + o->n, text, len);
        o->n += len;
    }
}

/* before NUMBER after */
static void add_number(struct out *o, const char *before, unsigned number, const char *after)
{
    char digits[12];
    char *p = digits + sizeof digits;
    *--p = '\0';
    do {
        *--p = (char)('0' + number % 10);
        number /= 10;
    } while (number);
    add(o, before);
    add(o, p);
    add(o, after);
}

static bool is_changed(const struct modes *m, unsigned row)
{
    return m->changed >> row & 1;
}

/* Writes the changed rows in [from, to): to their defaults, or to what they were changed to. */
static void add_rows(const struct modes *m, struct out *o, unsigned from, unsigned to, bool again)
{
    for (unsigned i = from; i < to; i++) {
        uint8_t flags = mode_rows[i].flags;
        if (!is_changed(m, i) || (again && (flags & MODE_ONCE)))
            continue;
        bool on = !(flags & MODE_ON) == again;
        if (i == MODE_ROW_KEYPAD)
            add(o, on ? "\033=" : "\033>");
        else
            add_number(
                o, flags & MODE_ANSI ? "\033[" : "\033[?", mode_rows[i].number, on ? "h" : "l");
    }
}

static void undo_kitty(const struct kitty *k, struct out *o)
{
    if (k->deep)
        add_number(o, "\033[<", KITTY_ALL, "u");
    else if (k->n)
        add_number(o, "\033[<", k->n, "u");
    if (k->base)
        add(o, "\033[=0u");
}

static void again_kitty(const struct kitty *k, struct out *o)
{
    if (k->base)
        add_number(o, "\033[=", k->base, "u");
    for (unsigned i = 0; i < k->n && i < KITTY_FLAGS; i++)
        add_number(o, "\033[>", k->flags[i], "u");
}

static void undo_keys(const struct modes *m, struct out *o)
{
    for (unsigned i = 0; i < MODES_KEYS; i++)
        if (m->keys[i])
            add_number(o, "\033[>", i, "m");
    if (m->key_format)
        add(o, "\033[>4f");
}

static void again_keys(const struct modes *m, struct out *o)
{
    for (unsigned i = 0; i < MODES_KEYS; i++) {
        if (m->keys[i] == MODES_KEYS_OFF) {
            add_number(o, "\033[>", i, "n");
        } else if (m->keys[i]) {
            add_number(o, "\033[>", i, ";");
            add_number(o, "", m->keys[i] - 1u, "m");
        }
    }
    if (m->key_format)
        add(o, "\033[>4;1f");
}

/* Leaving the alternate screen by 1049 brings the cursor back as it was saved on entering. */
static struct modes_cursor undo_alternate(const struct modes *m, struct out *o)
{
    struct modes_cursor left = m->cursor;
    if (m->alternate)
        add_number(o, "\033[?", m->alternate, "l");
    if (m->alternate == 1049) {
        left.sgr |= m->kept.sgr;
        left.shifted |= m->kept.shifted;
        left.g0_special |= m->kept.g0_special;
        left.origin |= m->kept.origin;
    }
    return left;
}

/* Both take the cursor to the corner of the screen. A scroll region lets it be saved and brought
 * back; origin mode would come back with it, so there it goes to where a shell goes on. */
static void undo_region(const struct modes *m, bool origin, struct out *o)
{
    if (origin)
        add(o, "\033[?6l\033[r\033[999;1H");
    else if (m->region)
        add(o, "\0337\033[r\0338");
}

static void undo_text(const struct modes *m, const struct modes_cursor *left, struct out *o)
{
    if (m->shape)
        add(o, "\033[0 q");
    if (m->console_shape)
        add(o, "\033[?0c");
    if (left->shifted)
        add(o, "\017");
    if (left->g0_special)
        add(o, "\033(B");
    if (m->no_utf8)
        add(o, "\033%G");
    if (left->sgr)
        add(o, "\033[m");
    if (m->link)
        add(o, "\033]8;;\033\\");
    if (m->progress)
        add(o, "\033]9;4;0\033\\");
}

/* First what holds back all the rest, then what sends bytes, then each screen's own. */
size_t modes_undo(const struct modes *m, char ret[static MODES_UNDO_MAX])
{
    struct out o = {ret, 0};
    if (!escape_is_ground(&m->parser))
        add(&o, "\030\033\\"); /* cancelled; and ended, for terminals that take CAN for text */
    if (m->vt52)
        add(&o, "\033<");
    add_rows(m, &o, 0, MODE_ROW_KEYPAD, false);
    if (m->alternate)
        undo_kitty(&m->kitty[1], &o);
    struct modes_cursor left = undo_alternate(m, &o);
    undo_kitty(&m->kitty[0], &o);
    undo_keys(m, &o);
    undo_region(m, left.origin, &o);
    add_rows(m, &o, MODE_ROW_KEYPAD, MODE_ROWS, false);
    undo_text(m, &left, &o);
    return o.n;
}

size_t modes_again(const struct modes *m, char ret[static MODES_UNDO_MAX])
{
    struct out o = {ret, 0};
    again_kitty(&m->kitty[0], &o);
    if (m->alternate)
        add_number(&o, "\033[?", m->alternate, "h");
    if (m->alternate)
        again_kitty(&m->kitty[1], &o);
    again_keys(m, &o);
    add_rows(m, &o, 0, MODE_ROWS, true);
    if (m->shape)
        add_number(&o, "\033[", m->shape, " q");
    if (m->vt52)
        add(&o, "\033[?2l");
    return o.n;
}

void modes_reset(const struct modes *m, struct str *out)
{
    char undo[MODES_UNDO_MAX];
    str_add(out, undo, modes_undo(m, undo));
}

void modes_forget(struct modes *m)
{
    *m = (struct modes){.asked = m->asked};
}

bool modes_is_clean(const struct modes *m)
{
    char undo[MODES_UNDO_MAX];
    return modes_undo(m, undo) == 0;
}

bool modes_talks(const struct modes *m)
{
    for (unsigned i = 0; i < MODE_ROWS; i++)
        if (is_changed(m, i) && (mode_rows[i].flags & MODE_TALKS))
            return true;
    return (kitty_now(&m->kitty[m->alternate ? 1 : 0]) & KITTY_RELEASES) != 0;
}
