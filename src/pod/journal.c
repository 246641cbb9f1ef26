/* journal.c - see journal.h. */
#include "pod/journal.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/json.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/str.h"

/* Events are few and short: whoever does not read them is no reason to wait. */
static void on_flow(void *user, bool on)
{
    (void)user;
    (void)on;
}

void journal_begin(struct journal *j, struct op *parent, int fd)
{
    if (fd)
        sink_begin(&j->sink, parent, fd, on_flow, j);
}

static json_t *now(void)
{
    struct timespec t;
    struct tm utc;
    char text[64];
    clock_gettime(CLOCK_REALTIME, &t);
    gmtime_r(&t.tv_sec, &utc);
    size_t n = strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S", &utc);
    snprintf(text + n, sizeof text - n, ".%03dZ", (int)(t.tv_nsec / 1000000));
    return json_string(text);
}

void journal_note(struct journal *j, const char *event, const char *part, json_t *facts)
{
    cleanup_json json_t *given = facts;
    if (!j || !op_is_alive(&j->sink.op))
        return;
    if (j->sink.stopped) {
        if (!j->lost++)
            log_warn("events are lost: nobody reads them, and there is no room to keep them");
        return;
    }
    cleanup_json json_t *object = json_pack(
        "{s:i, s:o, s:s, s:s*}", "v", JOURNAL_VERSION, "time", now(), "event", event, "part", part);
    json_object_update(object, given);
    cleanup_str struct str line = STR(LIMIT_MESSAGE);
    cleanup_free char *text = json_line(object);
    str_addz(&line, text);
    log_mask(&line);
    str_addc(&line, '\n');
    sink_write(&j->sink, line.s, line.len);
}

void journal_end(struct journal *j)
{
    if (op_is_alive(&j->sink.op))
        sink_end(&j->sink);
}
