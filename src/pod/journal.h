/* journal.h - what a run does, for machines (--events): one JSON object per line, as it happens.
 *
 *     {"v":1,"time":"2026-03-01T12:00:00.123Z","event":"started","part":"claude", ...}
 *
 * `part` is "claude" for the main container, else what the progress calls it: "image", "network",
 * "namespace", or a service. The events, and what else stands in them:
 *
 *     pulling, creating, starting, waiting, replacing     of a part: is being done
 *     created, started, replaced, healthy, present        of a part: is so now
 *     failed                                              of a service
 *     created      claude  container, id
 *     joined       claude  container, id: the session ran already
 *     credentials-saved    claude
 *     left         claude  by: "user", "stolen", "terminal": it goes on
 *     exited       claude  code, signal (a number, or null), oom,
 *                          by: "itself", "signal", "timeout", "reader", "outside"
 *     ended        ccpod's own exit code; error, or null. Always the last one
 *
 * Readers skip what they do not know; a change that would break one raises `v`. Secrets are masked.
 * It is never waited for but at the end, JOURNAL_PATIENCE at most; who does not read loses it. */
#ifndef POD_JOURNAL_H
#define POD_JOURNAL_H

#include <jansson.h>

#include "loop/sink.h"

enum { JOURNAL_VERSION = 1, JOURNAL_PATIENCE = 2 * SECOND };

struct journal {
    struct sink sink; /* begun only where somebody wants to know */
    unsigned lost;    /* lines that there was no room for */
};

/* A background child that writes to a descriptor of the caller's; 0: to none. */
void journal_begin(struct journal *, struct op *parent, int fd);

/* `part` may be NULL; `facts` as well, the reference is taken. NULL for the journal: nothing. */
void journal_note(struct journal *, const char *event, const char *part, json_t *facts);

/* Nothing more will come: it ends when all is written. */
void journal_end(struct journal *);

#endif
