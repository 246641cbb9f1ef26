/* query.c - see query.h. */
#include "docker/query.h"

#include <assert.h>
#include <string.h>

#include "base/json.h"
#include "base/limits.h"
#include "base/mem.h"
#include "base/str.h"

static bool is_unreserved(unsigned char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           strchr("-._~", c);
}

char *query_escape(const char *text)
{
    struct str out = STR(LIMIT_HTTP_HEAD);
    for (const unsigned char *c = (const unsigned char *)text; *c; c++) {
        if (is_unreserved(*c))
            str_addc(&out, (char)*c);
        else
            str_addf(&out, "%%%02X", *c);
    }
    assert(!out.full);
    return str_take(&out);
}

char *query_json(const json_t *json)
{
    cleanup_free char *text = json_line(json);
    return query_escape(text);
}
