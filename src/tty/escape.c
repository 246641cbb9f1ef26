/* escape.c - see escape.h.
 *
 * The states are those of every terminal's own parser, thinned out: what is not reported needs
 * no state of its own. Each byte is looked at once; text and the insides of strings are skipped
 * with a tight loop. */
#include "tty/escape.h"

#include <string.h>

enum state {
    GROUND,  /* zero, so that a zeroed parser is ready */
    ESC,     /* ESC has come */
    CSI,     /* ESC [ */
    CSI_BAD, /* malformed or too odd: to its final byte, unreported */
    OSC,     /* ESC ] */
    STRING,  /* DCS, APC, PM, SOS */
};

enum {
    SO = 0x0e,
    SI = 0x0f,
    BEL = 0x07,
    CAN = 0x18,
    SUB = 0x1a,
    ESCAPE = 0x1b,
    DEL = 0x7f,
    LEAD = 0xc2, /* always the first byte of a character: U+0080 to U+00BF */
    C1 = 0x80,   /* U+0080 to U+009F behind it: ESC and @ to _ */
    C1_LAST = 0x9f,
    PARAM_MAX = 99999,
};

typedef void report(void *user, enum escape_kind, const struct escape *);

static void begin_sequence(struct escape *e)
{
    e->state = ESC;
    e->marker = e->intermediate = e->final = 0;
    e->n_params = 0;
    e->sub = 0;
    e->uncertain = false;
}

static void begin_osc(struct escape *e)
{
    e->state = OSC;
    e->n_string = e->semicolons = 0;
    e->has_rest = e->has_question = false;
}

static void in_escape(struct escape *e, uint8_t c, report *on, void *user)
{
    if (c < ' ' || c == DEL)
        return;
    if (c < '0') {
        e->intermediate = c;
        return;
    }
    e->final = c;
    e->state = GROUND;
    switch (e->intermediate ? 0 : c) {
    case '[':
        e->state = CSI;
        break;
    case ']':
        begin_osc(e);
        break;
    case 'P':
    case 'X':
    case '^':
    case '_':
        e->state = STRING;
        on(user, ESCAPE_STRINGS, e);
        break;
    default:
        on(user, ESCAPE_SHORT, e);
    }
}

static void add_digit(struct escape *e, int digit)
{
    if (e->n_params == 0)
        e->params[e->n_params++] = ESCAPE_MISSING;
    if (e->n_params > ESCAPE_PARAMS)
        return; /* the mark of a parameter that had no place */
    int32_t *param = &e->params[e->n_params - 1];
    int32_t value = (*param == ESCAPE_MISSING ? 0 : *param) * 10 + digit;
    *param = value > PARAM_MAX ? PARAM_MAX : value;
}

static void next_param(struct escape *e, bool is_sub)
{
    if (e->n_params == 0)
        e->params[e->n_params++] = ESCAPE_MISSING;
    if (e->n_params < ESCAPE_PARAMS) {
        if (is_sub)
            e->sub |= UINT32_C(1) << e->n_params;
        e->params[e->n_params++] = ESCAPE_MISSING;
    } else {
        e->n_params = ESCAPE_PARAMS + 1;
    }
}

static void end_csi(struct escape *e, uint8_t c, report *on, void *user)
{
    bool is_good = e->state == CSI && c <= '~';
    e->state = GROUND;
    e->final = c;
    if (e->n_params > ESCAPE_PARAMS)
        e->n_params = ESCAPE_PARAMS;
    if (is_good)
        on(user, ESCAPE_CSI, e);
}

static void in_csi(struct escape *e, uint8_t c, report *on, void *user)
{
    if (c < ' ' || c == DEL)
        return;
    if (c >= '@')
        end_csi(e, c, on, user);
    else if (c < '0')
        e->intermediate = c;
    else if (e->intermediate)
        e->state = CSI_BAD;
    else if (c <= '9')
        add_digit(e, c - '0');
    else if (c <= ';')
        next_param(e, c == ':');
    else if (e->n_params == 0 && !e->marker)
        e->marker = c;
    else
        e->state = CSI_BAD;
}

static void in_osc(struct escape *e, uint8_t c)
{
    if (c == '?')
        e->has_question = true;
    if (e->semicolons == 2)
        e->has_rest = true; /* the bytes behind this one are skipped */
    else if (c == ';')
        e->semicolons++;
    if (e->n_string < ESCAPE_STRING) {
        e->string[e->n_string++] = (char)c;
        e->string[e->n_string] = '\0';
    }
}

/* An OSC ends with BEL, ST (its ESC is enough), or is cancelled. */
static void end_osc(struct escape *e, report *on, void *user)
{
    if (e->n_string)
        on(user, ESCAPE_OSC, e);
    e->n_string = 0;
    e->state = GROUND;
}

/* Control characters that mean something in every state. False: an ordinary byte of this one. */
static bool control(struct escape *e, uint8_t c, report *on, void *user)
{
    if (c == ESCAPE) {
        if (e->state == OSC)
            end_osc(e, on, user);
        begin_sequence(e);
        return true;
    }
    if (c == CAN || c == SUB) {
        e->state = GROUND;
        return true;
    }
    if (e->state == OSC && c == BEL) {
        end_osc(e, on, user);
        return true;
    }
    if ((c == SO || c == SI) && e->state != OSC && e->state != STRING) {
        e->final = c;
        on(user, ESCAPE_CONTROL, e);
        return true;
    }
    return false;
}

static void in_c1(struct escape *e, uint8_t c, report *on, void *user)
{
    e->uncertain = true; /* also the end of the one that it may end */
    control(e, ESCAPE, on, user);
    e->uncertain = true;
    in_escape(e, (uint8_t)(c - C1 + '@'), on, user);
}

/* Is there such a control character, or at the end the first half of what may be one? Others that
 * begin with a LEAD are common. */
static bool has_c1(const char *p, const char *end)
{
    while ((p = memchr(p, LEAD, (size_t)(end - p))))
        if (++p == end || ((uint8_t)*p >= C1 && (uint8_t)*p <= C1_LAST))
            return true;
    return false;
}

/* The next byte of a text that means anything here. The caller has looked once whether there are
 * any but ESC, so that most text is left to memchr(). */
static const char *skip_text(const char *p, const char *end, bool has_others)
{
    if (!has_others) {
        const char *esc = memchr(p, ESCAPE, (size_t)(end - p));
        return esc ? esc : end;
    }
    while (p < end && *p != ESCAPE && *p != SO && *p != SI && (uint8_t)*p != LEAD)
        p++;
    return p;
}

/* The same in a string whose bytes are of no more interest. CAN and SUB are rare. */
static const char *skip_string(const char *p, const char *end, bool is_osc)
{
    const char *stops = is_osc ? "\033\030\032\302\007" : "\033\030\032\302";
    for (; *stops; stops++) {
        const char *stop = memchr(p, *stops, (size_t)(end - p));
        end = stop ? stop : end;
    }
    return end;
}

static const char *skip(const struct escape *e, const char *p, const char *end, bool has_others)
{
    if (e->lead)
        return p;
    if (e->state == GROUND)
        return skip_text(p, end, has_others);
    if (e->state == STRING)
        return skip_string(p, end, false);
    if (e->state == OSC && e->has_rest)
        return skip_string(p, end, true);
    return p;
}

static void next(struct escape *e, uint8_t c, report *on, void *user)
{
    if (c < ' ' && control(e, c, on, user))
        return;
    if (e->state == CSI || e->state == CSI_BAD)
        in_csi(e, c, on, user);
    else if (e->state == ESC)
        in_escape(e, c, on, user);
    else if (e->state == OSC)
        in_osc(e, c);
}

/* The byte behind a LEAD. True: both were a control character. */
static bool behind_lead(struct escape *e, uint8_t c, report *on, void *user)
{
    bool is_c1 = c >= C1 && c <= C1_LAST;
    e->lead = false;
    if (is_c1)
        in_c1(e, c, on, user);
    else if (e->state == OSC)
        in_osc(e, LEAD);
    return is_c1;
}

/* Sees to both bytes of such a control character. True: this one is taken. In an OSC the first one
 * is held back: half of what ends it is no part of it. */
static bool take_half(struct escape *e, uint8_t c, report *on, void *user)
{
    if (e->lead && behind_lead(e, c, on, user))
        return true;
    e->lead = c == LEAD;
    return e->lead && e->state == OSC;
}

void escape_feed(struct escape *e, const char *bytes, size_t n, report *on, void *user)
{
    const char *end = bytes + n;
    bool has_halves = n && (e->lead || has_c1(bytes, end));
    bool has_others = n && (has_halves || memchr(bytes, SO, n) || memchr(bytes, SI, n));
    for (const char *p = bytes; p < end;) {
        if (e->state == GROUND || e->state >= OSC)
            p = skip(e, p, end, has_others);
        if (p == end)
            return;
        uint8_t c = (uint8_t)*p++;
        if (!has_halves || !take_half(e, c, on, user))
            next(e, c, on, user);
    }
}

bool escape_is_ground(const struct escape *e)
{
    return e->state == GROUND;
}

int escape_param(const struct escape *e, unsigned i, int missing)
{
    return i < e->n_params && i < ESCAPE_PARAMS && e->params[i] != ESCAPE_MISSING ? e->params[i]
                                                                                  : missing;
}
