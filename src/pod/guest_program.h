/* guest_program.h - the guest that lives inside this binary, put where containers can mount it. */
#ifndef POD_GUEST_PROGRAM_H
#define POD_GUEST_PROGRAM_H

#include <stdbool.h>

#include "config/home.h"

/* The directory that is mounted; the caller's to free. */
char *guest_program_dir(const struct ccpod_home *);

/* Unpacks the guest to ~/.ccpod/guest/<hash>/ccpod-guest unless the very same bytes lie there;
 * *ret_dir is the directory to mount, the caller's to free. */
bool guest_program_unpack(const struct ccpod_home *, char **ret_dir, struct error *);

#endif
