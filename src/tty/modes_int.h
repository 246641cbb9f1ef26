/* modes_int.h - the table of terminal modes, and what else lies between modes.c and its parts. */
#ifndef TTY_MODES_INT_H
#define TTY_MODES_INT_H

#include "tty/modes.h"

enum {
    MODE_ANSI = 1,  /* CSI n h; else CSI ? n h */
    MODE_ON = 2,    /* on by default */
    MODE_SOFT = 4,  /* DECSTR takes it back */
    MODE_TALKS = 8, /* makes the terminal send bytes of its own accord */
    MODE_ONCE = 16, /* for the moment of an update: never switched on again */
};

struct mode_row {
    uint16_t number;
    uint8_t flags;
};

/* In the order in which they are undone; 2026 first, so that the rest is seen at once. */
enum { MODE_ROWS = 25, MODE_ROW_KEYPAD = 15 };
extern const struct mode_row mode_rows[MODE_ROWS];

/* XTMODKEYS: two of the resources, and a value in struct modes. */
enum { MODE_FUNCTION_KEYS = 2, MODE_OTHER_KEYS = 4, MODES_KEYS_OFF = 255 };

/* Whatever was on in `was` is on again: in modes_keep.c. Not vt52, which only ESC < ends. */
void modes_keep(struct modes *, const struct modes *was);

#endif
