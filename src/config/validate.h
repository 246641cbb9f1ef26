/* validate.h - every error of both files, and of what they name: `ccpod config validate`. */
#ifndef CONFIG_VALIDATE_H
#define CONFIG_VALIDATE_H

#include <stdbool.h>

#include "base/error.h"
#include "config/resolved.h"

/* Goes on after an error in one file to the other. False with all errors, a line each; true with
 * what resolve() warned of, in the order found. Missing auth is a warning here. */
bool validate(const struct resolve_flags *, struct strv *ret_warnings, struct error *);

#endif
