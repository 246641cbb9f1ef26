/* caps.h - Linux capabilities, without a library. */
#ifndef GUEST_CAPS_H
#define GUEST_CAPS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"

/* Sets of capabilities are masks: bit n is capability n of linux/capability.h. */
#define CAPS_NONE UINT64_C(0)

/* What PID 1 needs once the user's command runs: to write into the user's directories, with the
 * right owner, and to pass signals on. */
extern const uint64_t caps_to_supervise;

/* Takes from this process what is not in the mask: permitted, effective, inheritable, ambient. */
bool caps_limit(uint64_t keep, struct error *);

/* Takes what a program of root's, or one with capabilities of its own, could get back. */
bool caps_limit_bounding(uint64_t keep, struct error *);

/* What is left: permitted, effective and inheritable in one mask, and the bounding set. */
bool caps_left(uint64_t *ret, uint64_t *ret_bounding, struct error *);

#endif
