/* escape.h - takes the escape sequences out of a stream of bytes for a terminal.
 *
 * A parser of fixed size that is fed any split of any bytes, and reports each complete sequence.
 * Text is skipped as fast as memchr() finds the next ESC. What is too long or malformed ends as it
 * does in a terminal: CAN, SUB and ESC cancel; further parameters are dropped.
 *
 * U+0080 to U+009F in UTF-8 are ESC and @ to _ for xterm and all that use VTE, and nothing for many
 * other terminals: what they begin or end is reported as uncertain. */
#ifndef TTY_ESCAPE_H
#define TTY_ESCAPE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    ESCAPE_PARAMS = 32,  /* more than any sequence in use has */
    ESCAPE_STRING = 8,   /* the begin of an OSC that is kept: "9;4;1" */
    ESCAPE_MISSING = -1, /* a parameter that was left out */
};

enum escape_kind {
    ESCAPE_CONTROL, /* SO and SI: `final` */
    ESCAPE_SHORT,   /* ESC, perhaps an intermediate byte, and a final one */
    ESCAPE_CSI,     /* a private marker, parameters, an intermediate byte, and a final one */
    ESCAPE_OSC,     /* its end has come */
    ESCAPE_STRINGS, /* DCS, APC, PM or SOS: has begun; `final` is P, _, ^ or X */
};

struct escape {
    uint8_t state;
    uint8_t marker;       /* of a CSI: one of < = > ?, else 0 */
    uint8_t intermediate; /* the last one; 0: none */
    uint8_t final;
    uint8_t n_params;
    uint32_t sub;                   /* bit i: parameter i follows a colon, not a semicolon */
    int32_t params[ESCAPE_PARAMS];  /* at most 99999 each */
    char string[ESCAPE_STRING + 1]; /* the begin of an OSC, terminated */
    uint8_t n_string;
    uint8_t semicolons; /* in the OSC, counted to 2 ... */
    bool has_rest;      /* ... and is there anything after the second? */
    bool has_question;  /* a ? up to there: it asks */
    bool lead;          /* the last byte was 0xC2, half of such a character */
    bool uncertain;     /* not all terminals see this sequence */
};

/* `on` is called for each complete sequence, with the parser as it stands then. */
void escape_feed(struct escape *, const char *bytes, size_t n,
    void (*on)(void *user, enum escape_kind, const struct escape *), void *user);

/* Would text that comes now be shown, or is a sequence half written? */
bool escape_is_ground(const struct escape *);

/* Parameter i, or `missing` where it was left out. */
int escape_param(const struct escape *, unsigned i, int missing);

#endif
