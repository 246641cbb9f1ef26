/* logs.h - the output of a project's containers, line by line.
 *
 * Without `follow` one container after the other, with it all at once, until all have ended.
 * Sessions at a terminal have none: what they show stays off the engine's disk. */
#ifndef POD_LOGS_H
#define POD_LOGS_H

#include "base/error.h"
#include "base/str.h"
#include "pod/member.h"

enum { LOGS_LINE = 64 * 1024 }; /* longer lines come in pieces */

struct logs_options {
    const char *host; /* --host, or NULL */
    const struct member_filter *filter;
    const struct strv *names; /* services, "claude", or "claude-RUNID"; empty: all */
    bool follow;
    long long tail;
    const char *since; /* see docker/logs.h */

    /* Before the first line: how many containers there are, by number, and what they are called. */
    void (*begin)(void *user, const struct strv *names);
    /* A line without its end; `fd` is 1 or 2. */
    void (*line)(void *user, size_t number, int fd, const char *text, size_t n);
    /* Lines that have come together are over; false: nobody reads them any more. */
    bool (*flush)(void *user);
    void *user;
};

/* False where what was asked for by name, or all there is, could not be read to its end; what else
 * cannot be is a warning. */
bool logs_main(const struct logs_options *, struct error *err);

#endif
