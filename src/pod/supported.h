/* supported.h - what a resolved config asks for and this version cannot do: said before anything
 * is started. What would leave less protection than asked for is an error; what would only be left
 * undone is a warning. */
#ifndef POD_SUPPORTED_H
#define POD_SUPPORTED_H

#include "config/resolved.h"

bool config_is_supported(const struct resolved *, struct error *);

#endif
