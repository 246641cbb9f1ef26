/* since.c - see since.h. */
#include "cli/since.h"

#include <ctype.h>
#include <string.h>

#include "base/str.h"
#include "config/values.h"

enum { EPOCH_DIGITS = 10, MINUTE = 60, HOUR = 3600 };
#define NANOSECONDS 1000000000LL

/* "Z", "+01:00", or nothing, which is local time. */
static bool read_zone(const char *zone, struct tm *when, long long *ret)
{
    if (!*zone) {
        when->tm_isdst = -1;
        *ret = mktime(when);
        return true;
    }
    *ret = timegm(when);
    if (strcmp(zone, "Z") == 0)
        return true;
    bool form = strlen(zone) == 6 && strchr("+-", zone[0]) && isdigit((unsigned char)zone[1]) &&
                isdigit((unsigned char)zone[2]) && zone[3] == ':' &&
                isdigit((unsigned char)zone[4]) && isdigit((unsigned char)zone[5]);
    if (!form)
        return false;
    long long offset = ((zone[1] - '0') * 10 + zone[2] - '0') * HOUR +
                       ((zone[4] - '0') * 10 + zone[5] - '0') * MINUTE;
    *ret += zone[0] == '+' ? -offset : offset;
    return true;
}

static bool read_date(const char *text, long long *ret)
{
    struct tm when = {0};
    const char *rest = strptime(text, "%Y-%m-%d", &when);
    if (!rest)
        return false;
    if (*rest == 'T' || *rest == ' ')
        rest = strptime(rest + 1, "%H:%M:%S", &when);
    return rest && read_zone(rest, &when, ret);
}

bool since_parse(const char *text, time_t now, long long *ret_seconds, struct error *err)
{
    long long ns;
    if (strlen(text) >= EPOCH_DIGITS && text_number(text, 0, 1LL << 40, ret_seconds))
        return true;
    if (read_date(text, ret_seconds))
        return true;
    if (value_duration(text, &ns)) {
        *ret_seconds = (long long)now - ns / NANOSECONDS;
        return true;
    }
    error_set_code(err, EXIT_CODE_USAGE, "--since: \"%s\" is no point in time", text);
    return error_hint(err, "write it as 10m, 2026-11-21 or 2026-11-21T10:00:00Z");
}
