/* modes.c - see modes.h. Reads what a program writes, one sequence at a time, and notes what each
 * leaves on. What is not in here leaves nothing behind. */
#include "tty/modes.h"

#include <string.h>

#include "tty/modes_int.h"
#include "tty/sgr.h"

const struct mode_row mode_rows[MODE_ROWS] = {
    {2026, MODE_ONCE            }, /* synchronised output */
    {9,    MODE_TALKS           }, /* mouse, as X10 had it */
    {1000, MODE_TALKS           }, /* buttons */
    {1001, MODE_TALKS           }, /* highlighting */
    {1002, MODE_TALKS           }, /* dragging */
    {1003, MODE_TALKS           }, /* every motion */
    {1005, 0                    }, /* mouse encodings */
    {1006, 0                    },
    {1015, 0                    },
    {1016, 0                    },
    {1004, MODE_TALKS           }, /* focus */
    {2004, 0                    }, /* bracketed paste */
    {2031, MODE_TALKS           }, /* colour-scheme reports */
    {2048, MODE_TALKS           }, /* size reports */
    {9001, MODE_TALKS           }, /* Win32 input: key releases, too */
    {66,   MODE_SOFT            }, /* application keypad, ESC = */
    {1,    MODE_SOFT            }, /* application cursor keys */
    {5,    0                    }, /* reverse video */
    {7,    MODE_SOFT | MODE_ON  }, /* autowrap */
    {25,   MODE_SOFT | MODE_ON  }, /* cursor */
    {45,   0                    }, /* reverse wraparound */
    {69,   MODE_SOFT            }, /* left and right margins */
    {2,    MODE_SOFT | MODE_ANSI}, /* keyboard locked */
    {4,    MODE_SOFT | MODE_ANSI}, /* insert */
    {20,   MODE_ANSI            }, /* new line */
};

static void cursor_save(struct modes *m)
{
    m->kept = m->cursor;
}

static void cursor_restore(struct modes *m)
{
    m->cursor = m->kept;
}

static void set_alternate(struct modes *m, int number, bool on)
{
    if (on && number == 1049)
        cursor_save(m);
    if (!on)
        m->alternate = 0;
    else if (number > m->alternate)
        m->alternate = (uint16_t)number; /* 1049 brings most back */
    if (!on && number == 1049)
        cursor_restore(m);
}

/* The table's row of a mode, MODE_ROWS where it has none. */
static unsigned row_of(int number, bool ansi)
{
    unsigned i = 0;
    while (i < MODE_ROWS &&
           (mode_rows[i].number != number || !(mode_rows[i].flags & MODE_ANSI) != !ansi))
        i++;
    return i;
}

static void set_row(struct modes *m, unsigned row, bool on)
{
    if (row == MODE_ROWS)
        return;
    bool by_default = mode_rows[row].flags & MODE_ON;
    uint32_t bit = UINT32_C(1) << row;
    m->changed = on == by_default ? m->changed & ~bit : m->changed | bit;
}

static void set_mode(struct modes *m, int number, bool ansi, bool on)
{
    if (ansi) {
        set_row(m, row_of(number, true), on);
    } else if (number == 47 || number == 1047 || number == 1049) {
        set_alternate(m, number, on);
    } else if (number == 1048) {
        if (on)
            cursor_save(m);
        else
            cursor_restore(m);
    } else if (number == 6) {
        m->cursor.origin = on;
    } else if (number == 2) {
        m->vt52 |= !on; /* where it is on, CSI ? 2 h is not heard */
    } else {
        set_row(m, row_of(number, false), on);
    }
}

static void set_modes(struct modes *m, bool on)
{
    for (unsigned i = 0; i < m->parser.n_params; i++)
        set_mode(m, escape_param(&m->parser, i, 0), !m->parser.marker, on);
}

/* XTSAVE, XTRESTORE: CSI ? n s, CSI ? n r */
static void save_modes(struct modes *m, bool restore)
{
    for (unsigned i = 0; i < m->parser.n_params; i++) {
        unsigned row = row_of(escape_param(&m->parser, i, 0), false);
        if (row == MODE_ROWS)
            continue;
        uint32_t bit = UINT32_C(1) << row;
        uint32_t *to = restore ? &m->changed : &m->saved;
        uint32_t from = restore ? m->saved : m->changed;
        *to = (*to & ~bit) | (from & bit);
    }
}

/* CSI > resource ; value m. No value means the terminal's own, no resource all of them. */
static void set_keys(struct modes *m)
{
    const struct escape *e = &m->parser;
    int resource = escape_param(e, 0, ESCAPE_MISSING);
    int value = escape_param(e, 1, ESCAPE_MISSING);
    bool is_own = value == ESCAPE_MISSING || (resource == MODE_OTHER_KEYS && value == 0);
    if (resource == ESCAPE_MISSING)
        memset(m->keys, 0, sizeof m->keys);
    else if (resource < MODES_KEYS && is_own)
        m->keys[resource] = 0;
    else if (resource < MODES_KEYS)
        m->keys[resource] = (uint8_t)((value & 0x0f) + 1);
}

/* CSI > resource n, which means off. */
static void drop_keys(struct modes *m)
{
    int resource = escape_param(&m->parser, 0, MODE_FUNCTION_KEYS);
    if (resource < MODES_KEYS)
        m->keys[resource] = resource == MODE_OTHER_KEYS ? 0 : MODES_KEYS_OFF;
}

static void soft_reset(struct modes *m)
{
    for (unsigned i = 0; i < MODE_ROWS; i++)
        if (mode_rows[i].flags & MODE_SOFT)
            m->changed &= ~(UINT32_C(1) << i);
    m->cursor = (struct modes_cursor){0};
    m->region = false;
}

static void full_reset(struct modes *m)
{
    *m = (struct modes){.parser = m->parser, .vt52 = m->vt52, .asked = m->asked};
}

/* CSI with no marker and no intermediate byte. */
static void plain_csi(struct modes *m)
{
    const struct escape *e = &m->parser;
    switch (e->final) {
    case 'h':
    case 'l':
        set_modes(m, e->final == 'h');
        break;
    case 'm':
        sgr_apply(&m->cursor.sgr, e);
        break;
    case 'r':
        m->region = escape_param(e, 0, 1) > 1 || escape_param(e, 1, 0) > 0;
        break;
    case 'c':
    case 'n':
    case 't':
    case 'x':
        m->asked = true;
        break;
    default:
        break;
    }
}

static void private_csi(struct modes *m)
{
    const struct escape *e = &m->parser;
    switch (e->final) {
    case 'h':
    case 'l':
        set_modes(m, e->final == 'h');
        break;
    case 's':
    case 'r':
        save_modes(m, e->final == 'r');
        break;
    case 'c':
        m->console_shape = escape_param(e, 0, 0) != 0;
        break;
    case 'n':
    case 'u':
    case 'S':
        m->asked = true;
        break;
    default:
        break;
    }
}

/* CSI > ..., CSI = ..., CSI < ... */
static void xterm_csi(struct modes *m)
{
    const struct escape *e = &m->parser;
    if (e->marker == '>' && e->final == 'm')
        set_keys(m);
    else if (e->marker == '>' && e->final == 'n')
        drop_keys(m);
    else if (e->marker == '>' && e->final == 'f')
        m->key_format = escape_param(e, 0, 4) == 4 && escape_param(e, 1, 0) != 0;
    else if (e->final == 'c' || e->final == 'q')
        m->asked = true;
}

static void on_csi(struct modes *m)
{
    const struct escape *e = &m->parser;
    if (e->intermediate == ' ' && e->final == 'q')
        m->shape = (uint8_t)(escape_param(e, 0, 0) & 0x0f);
    else if (e->intermediate == '!' && e->final == 'p')
        soft_reset(m);
    else if (e->intermediate)
        m->asked |= e->intermediate == '$';
    else if (e->final == 'u' && e->marker && e->marker != '?')
        kitty_apply(&m->kitty[m->alternate ? 1 : 0], e);
    else if (!e->marker)
        plain_csi(m);
    else if (e->marker == '?')
        private_csi(m);
    else
        xterm_csi(m);
}

static void on_short(struct modes *m)
{
    const struct escape *e = &m->parser;
    if (e->intermediate == '(') {
        m->cursor.g0_special = e->final != 'B';
    } else if (e->intermediate == '%') {
        m->no_utf8 = e->final == '@';
    } else if (!e->intermediate) {
        switch (e->final) {
        case '=':
        case '>':
            set_row(m, MODE_ROW_KEYPAD, e->final == '=');
            break;
        case '7':
            cursor_save(m);
            break;
        case '8':
            cursor_restore(m);
            break;
        case '<':
            m->vt52 = false;
            break;
        case 'c':
            full_reset(m);
            break;
        case 'n':
        case 'o':
            m->cursor.shifted = true;
            break;
        case 'Z':
            m->asked = true;
            break;
        default:
            break;
        }
    }
}

/* OSC 8 ; parameters ; URI opens a hyperlink, without URI it is closed. OSC 9 ; 4 ; n is a
 * progress bar, 0 takes it away. */
static void on_osc(struct modes *m)
{
    const struct escape *e = &m->parser;
    if (strncmp(e->string, "8;", 2) == 0)
        m->link = e->has_rest;
    else if (strncmp(e->string, "9;4;", 4) == 0)
        m->progress = e->string[4] != '0' && e->string[4] != '\0';
    else if (e->has_question)
        m->asked = true;
}

static void note(struct modes *m, enum escape_kind kind, const struct escape *e)
{
    switch (kind) {
    case ESCAPE_CONTROL:
        m->cursor.shifted = e->final == 0x0e;
        break;
    case ESCAPE_SHORT:
        on_short(m);
        break;
    case ESCAPE_CSI:
        on_csi(m);
        break;
    case ESCAPE_OSC:
        on_osc(m);
        break;
    case ESCAPE_STRINGS:
        m->asked = true;
        break;
    }
}

/* What a terminal may not have heard has switched nothing off. */
static void on_sequence(void *user, enum escape_kind kind, const struct escape *e)
{
    struct modes *m = user;
    if (!m->vt52 && (!e->uncertain || kind == ESCAPE_CONTROL)) {
        note(m, kind, e);
        return;
    }
    struct modes was = *m;
    note(m, kind, e);
    modes_keep(m, &was);
}

void modes_feed(struct modes *m, const char *bytes, size_t n)
{
    escape_feed(&m->parser, bytes, n, on_sequence, m);
}
