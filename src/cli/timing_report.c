/* timing_report.c - see timing_report.h. */
#include "cli/timing_report.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/json.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/output_file.h"
#include "loop/op.h"

enum { NS_PER_US = 1000 };

bool timing_report_begin(struct timing_report *r, const struct args *args, struct error *err)
{
    *r = (struct timing_report){.wanted = args_flag(args, "timing"), .fd = -1};
    if (!r->wanted)
        return true;
    timing_begin(&r->timing);
    r->path = args_text(args, "timing");
    if (!r->path)
        return true;
    return output_file_open("--timing", r->path, 0666, &r->fd, err);
}

struct timing *timing_report_record(struct timing_report *r)
{
    return r->wanted ? &r->timing : NULL;
}

static unsigned long long ms(uint64_t ns)
{
    return (unsigned long long)(ns + NS_PER_MS / 2) / NS_PER_MS;
}

static void tell(const struct timing *t)
{
    size_t calls = 0, on_chain = 0;
    uint64_t sum = 0;
    for (size_t i = 0; i < t->n; i++) {
        const struct timing_span *s = &t->spans[i];
        calls += s->kind == TIMING_LEAF;
        on_chain += s->kind == TIMING_LEAF && s->on_chain;
        sum += s->kind == TIMING_LEAF ? s->end - s->begin : 0;
    }
    log_news("the start took %llu ms; one after the other its %zu calls would take %llu ms",
        ms(t->ended - t->began), calls, ms(sum));
    log_news("the longest chain, marked *: %zu of them (at, for how long, what)", on_chain);
    for (size_t i = 0; i < t->n; i++) {
        const struct timing_span *s = &t->spans[i];
        log_news("%c %6llu %6llu ms  %s%s%s", s->on_chain ? '*' : ' ', ms(s->begin - t->began),
            ms(s->end - s->begin), s->about, *s->about ? ": " : "", s->what);
    }
    if (t->lost)
        log_news("and %zu more", t->lost);
}

/* --- the trace --- */

/* Events of one lane must not overlap: the first lane about the same that is free. A lane is known
 * by its last span. */
static size_t lane_of(const struct timing *t, size_t *lanes, size_t *n, size_t span)
{
    const struct timing_span *s = &t->spans[span];
    size_t i;
    for (i = 0; i < *n; i++) {
        const struct timing_span *last = &t->spans[lanes[i]];
        if (strcmp(last->about, s->about) == 0 && last->end <= s->begin)
            break;
    }
    *n += i == *n;
    lanes[i] = span;
    return i;
}

static void add_event(
    json_t *events, const struct timing *t, const struct timing_span *s, size_t lane)
{
    json_array_append_new(
        events, json_pack("{s:s, s:s, s:s, s:f, s:f, s:i, s:i, s:{s:b, s:s}}", "name", s->what,
                    "cat", s->kind == TIMING_GAP ? "wait" : "call", "ph", "X", "ts",
                    (double)(s->begin - t->began) / NS_PER_US, "dur",
                    (double)(s->end - s->begin) / NS_PER_US, "pid", 1, "tid", (int)lane, "args",
                    "longest chain", s->on_chain, "about", s->about));
}

static void name_lane(json_t *events, const char *about, size_t lane)
{
    json_array_append_new(
        events, json_pack("{s:s, s:s, s:i, s:i, s:{s:s}}", "name", "thread_name", "ph", "M", "pid",
                    1, "tid", (int)lane, "args", "name", *about ? about : "claude"));
}

static json_t *make_trace(const struct timing *t)
{
    json_t *events = json_array();
    cleanup_free size_t *lanes = mem_zalloc((t->n + 1) * sizeof *lanes);
    size_t n = 0;
    for (size_t i = 0; i < t->n; i++) {
        size_t before = n, lane = lane_of(t, lanes, &n, i);
        if (n > before)
            name_lane(events, t->spans[i].about, lane);
        add_event(events, t, &t->spans[i], lane);
    }
    return json_pack("{s:o, s:s}", "traceEvents", events, "displayTimeUnit", "ms");
}

static void write_trace(const struct timing_report *r)
{
    cleanup_json json_t *trace = make_trace(&r->timing);
    cleanup_free char *text = json_line(trace);
    if (!text || !file_write_all(r->fd, text, strlen(text)))
        log_warn("--timing %s: %s", r->path, text ? strerror(errno) : "it is no text");
}

void timing_report_end(struct timing_report *r)
{
    if (!r->wanted)
        return;
    timing_finish(&r->timing);
    if (r->fd >= 0)
        write_trace(r);
    else if (!r->path)
        tell(&r->timing);
    if (r->fd >= 0)
        close(r->fd);
    timing_release(&r->timing);
}
