/* since.h - a point in time, as --since takes it. */
#ifndef CLI_SINCE_H
#define CLI_SINCE_H

#include <stdbool.h>
#include <time.h>

#include "base/error.h"

/* "10m" (so long before `now`), "2026-11-21", "2026-11-21T10:00:00" with "Z" or "+01:00" behind it
 * or in local time, or seconds since 1970 (ten digits at least). Wrong usage otherwise. */
bool since_parse(const char *text, time_t now, long long *ret_seconds, struct error *);

#endif
