/* validate.h - every error of both files, and of what they name: `ccpod config validate`. */
#ifndef CONFIG_VALIDATE_H
#define CONFIG_VALIDATE_H

#include <stdbool.h>

#include "base/error.h"
#include "config/resolved.h"

/* Goes on after an error in one file to the other. False with all errors, a line each. *ret is what
 * a run would have, as far as it goes, with what resolve() warned of. Missing auth is a warning
 * here. */
bool validate(const struct resolve_flags *, struct resolved *ret, struct error *);

#endif
