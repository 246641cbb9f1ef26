/* keys.h - one key as a terminal sends it: a byte, or an encoding that says more.
 *
 *     byte                        ctrl-p is 0x10
 *     CSI code:shifted:base ; modifiers:event ; text u     the kitty keyboard
 *     CSI 27 ; modifiers ; code ~                          modifyOtherKeys
 *
 * Pure. */
#ifndef TTY_KEYS_H
#define TTY_KEYS_H

#include <stdbool.h>
#include <stddef.h>

#include "tty/escape.h"

enum keys_meaning {
    KEYS_KEY,    /* some key was pressed */
    KEYS_REPORT, /* no key: mouse, focus, an answer, a key let go, a modifier alone */
};

/* What a complete CSI from a terminal is. */
enum keys_meaning keys_meaning(const struct escape *csi);

/* Is this CSI the key that was once sent as `byte`? */
bool keys_is(const struct escape *csi, unsigned char byte);

/* The byte of a key as users write it: a character, "ctrl-X", "DEL"; -1: no such key. */
int keys_parse(const char *name, size_t n);

#endif
