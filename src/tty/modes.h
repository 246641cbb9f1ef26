/* modes.h - which modes of the terminal a program has switched on, from the bytes that it wrote.
 *
 * The bytes are watched and never changed, may be split anywhere, and may be hostile: state has a
 * fixed size, and no input makes it invalid. Nothing here allocates, but for struct str: the
 * state may lie in memory that another process reads (tty/guardian.h), and the undo sequences may
 * be made in a signal handler. modes.c reads, modes_undo.c writes, modes_int.h has the table.
 *
 * Tracked: the alternate screen (47, 1047, 1049), the cursor (25) and its shape, mouse (9, 1000 to
 * 1003, 1005, 1006, 1015, 1016), focus (1004), bracketed paste (2004), synchronised output (2026),
 * colour-scheme and in-band size reports (2031, 2048), Win32 input (9001), modifyOtherKeys and its
 * relatives, the kitty keyboard stacks of both screens, application keys, scroll region, margins,
 * origin, autowrap, insert, SGR, character sets, an open hyperlink, a progress bar, VT52 mode. */
#ifndef TTY_MODES_H
#define TTY_MODES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"
#include "tty/escape.h"
#include "tty/kitty.h"

enum {
    MODES_UNDO_MAX = 1024, /* the longest output of modes_undo() and modes_again() */
    MODES_KEYS = 8,        /* XTMODKEYS resources 0 to 7 */
};

/* What ESC 7 saves and ESC 8 brings back. */
struct modes_cursor {
    uint16_t sgr;    /* attributes that are on, one bit for each group */
    bool shifted;    /* SO, LS2, LS3: not G0 */
    bool g0_special; /* G0 is not ASCII */
    bool origin;     /* DECOM (6) */
};

/* Zeroed is a terminal as it was found. */
struct modes {
    struct escape parser;
    uint32_t changed, saved; /* rows of the table (modes_int.h) that are not at their default */
    uint16_t alternate;      /* 47, 1047 or 1049: the alternate screen is shown; else 0 */
    struct modes_cursor cursor, kept;
    struct kitty kitty[2];    /* main screen, alternate screen */
    uint8_t keys[MODES_KEYS]; /* XTMODKEYS: value + 1 (or off); 0: as it was */
    bool key_format;          /* XTFMTKEYS 4 */
    uint8_t shape;            /* DECSCUSR; 0: the terminal's own */
    bool console_shape;       /* the same on a Linux console: CSI ? n c */
    bool region, no_utf8;     /* DECSTBM; ESC % @ */
    bool link, progress;      /* OSC 8, OSC 9;4 */
    bool vt52;                /* CSI ? 2 l: hears nothing of all this until ESC < */
    bool asked;               /* the terminal was asked something; the reader clears it */
};

void modes_feed(struct modes *, const char *bytes, size_t n);

/* Is everything as it was found, and no sequence half written? */
bool modes_is_clean(const struct modes *);

/* Does the terminal send bytes of its own accord: mouse, focus, size reports, key releases? */
bool modes_talks(const struct modes *);

/* The sequences that undo what is left on, in the right order; none where nothing is. Returns
 * their length. Async-signal-safe. */
size_t modes_undo(const struct modes *, char ret[static MODES_UNDO_MAX]);

/* The same, added to a str. */
void modes_reset(const struct modes *, struct str *out);

/* The sequences that switch it all on again after modes_undo(), as far as a program that repaints
 * relies on it: not the scroll region, not colours and character sets. */
size_t modes_again(const struct modes *, char ret[static MODES_UNDO_MAX]);

/* Everything is as it was found: the undo sequences have been written. */
void modes_forget(struct modes *);

#endif
