/* timing.c - see timing.h. */
#include "loop/timing.h"

#include <stdlib.h>

#include "base/limits.h"
#include "base/mem.h"
#include "loop/loop.h"
#include "loop/op.h"

/* Shorter gaps are the loop's own: one turn, a few answers that are read. */
enum { GAP_LEAST = NS_PER_MS };

/* What ends within this time of each other may have been waited for alike. */
enum { TOGETHER = NS_PER_MS / 2 };

void timing_begin(struct timing *t)
{
    *t = (struct timing){.began = uv_hrtime()};
}

void timing_release(struct timing *t)
{
    for (size_t i = 0; i < t->n; i++) {
        free(t->spans[i].what);
        free(t->spans[i].about);
    }
    free(t->spans);
    *t = (struct timing){0};
}

void timing_mark(struct loop *loop)
{
    if (loop->timing && !loop->timing->ended)
        loop->timing->ended = uv_hrtime();
}

static void add(struct timing *t, const struct timing_span *span)
{
    if (t->n == LIMIT_TIMING_SPANS) {
        t->lost++;
        return;
    }
    t->spans = mem_resize(t->spans, t->n + 1, sizeof *t->spans);
    t->spans[t->n] = *span;
    t->spans[t->n].what = mem_strdup(span->what);
    t->spans[t->n++].about = mem_strdup(span->about);
}

/* The nearest op above that says whom it is about. */
static const char *about(const struct op *op)
{
    while (op && !op->about)
        op = op->parent;
    return op ? op->about : "";
}

static void note(
    const struct op *op, enum timing_kind kind, const char *what, uint64_t began, uint64_t end)
{
    struct timing *t = op->loop->timing;
    if (t && (!t->ended || began < t->ended))
        add(t, &(struct timing_span){.what = (char *)(uintptr_t)what,
                   .about = (char *)(uintptr_t)about(op),
                   .begin = began,
                   .end = end,
                   .kind = kind});
}

void timing_leaf(const struct op *op, const char *what, uint64_t began, uint64_t answered)
{
    const struct timing *t = op->loop->timing;
    bool outlives = t && t->ended && answered && answered <= t->ended;
    note(op, TIMING_LEAF, what, began, outlives ? answered : uv_hrtime());
}

void timing_row(const struct op *op, const char *doing, uint64_t began)
{
    uint64_t now = uv_hrtime();
    if (now - began >= GAP_LEAST)
        note(op, TIMING_ROW, doing, began, now);
}

/* --- the chain --- */

/* What ended last before `until`; of those that ended together the one that took longest. */
static struct timing_span *last_before(const struct timing *t, uint64_t until)
{
    struct timing_span *found = NULL;
    uint64_t last = 0;
    for (size_t i = 0; i < t->n; i++)
        if (t->spans[i].kind == TIMING_LEAF && t->spans[i].end <= until && t->spans[i].end > last)
            last = t->spans[i].end;
    for (size_t i = 0; i < t->n; i++) {
        struct timing_span *s = &t->spans[i];
        if (s->kind == TIMING_LEAF && s->end <= last && s->end + TOGETHER >= last &&
            s->begin < s->end && (!found || s->begin < found->begin))
            found = s;
    }
    return found;
}

/* The shortest row that was on during all of a gap. */
static const struct timing_span *row_of(const struct timing *t, uint64_t begin, uint64_t end)
{
    const struct timing_span *found = NULL;
    for (size_t i = 0; i < t->n; i++) {
        const struct timing_span *s = &t->spans[i];
        if (s->kind == TIMING_ROW && s->begin <= begin + GAP_LEAST && s->end + GAP_LEAST >= end &&
            (!found || s->end - s->begin < found->end - found->begin))
            found = s;
    }
    return found;
}

static void add_gap(struct timing *t, uint64_t begin, uint64_t end)
{
    if (end - begin < GAP_LEAST)
        return;
    const struct timing_span *row = row_of(t, begin, end);
    add(t, &(struct timing_span){.what = row ? row->what : (char *)(uintptr_t) "(ccpod itself)",
               .about = row ? row->about : (char *)(uintptr_t) "",
               .begin = begin,
               .end = end,
               .kind = TIMING_GAP,
               .on_chain = true});
}

static void mark_chain(struct timing *t)
{
    for (uint64_t at = t->ended; at > t->began;) {
        struct timing_span *s = last_before(t, at);
        uint64_t before = s ? s->begin : t->began;
        uint64_t over = s ? s->end : t->began;
        if (s)
            s->on_chain = true;
        add_gap(t, over, at); /* may move the spans */
        at = before;
    }
}

static void drop_rows(struct timing *t)
{
    size_t kept = 0;
    for (size_t i = 0; i < t->n; i++) {
        if (t->spans[i].kind != TIMING_ROW) {
            t->spans[kept++] = t->spans[i];
        } else {
            free(t->spans[i].what);
            free(t->spans[i].about);
        }
    }
    t->n = kept;
}

static int by_begin(const void *a, const void *b)
{
    const struct timing_span *x = a, *y = b;
    return x->begin < y->begin ? -1 : x->begin > y->begin;
}

void timing_finish(struct timing *t)
{
    if (!t->ended)
        t->ended = uv_hrtime();
    mark_chain(t);
    drop_rows(t);
    for (size_t i = 0; i < t->n; i++)
        if (t->spans[i].end > t->ended)
            t->spans[i].end = t->ended;
    if (t->n)
        qsort(t->spans, t->n, sizeof *t->spans, by_begin);
}
