/* sgr.h - colours and other attributes of text: which groups of them CSI m leaves on. */
#ifndef TTY_SGR_H
#define TTY_SGR_H

#include <stdint.h>

#include "tty/escape.h"

/* Applies a CSI m to a set of groups, one bit each (bold and faint, the colour, ...); 0: none on.
 */
void sgr_apply(uint16_t *groups, const struct escape *);

#endif
