/* stats.h - what a container uses, about once a second: GET /containers/{name}/stats as a
 * background and quiet op that tells its parent of each new figure. Ends with the container, or
 * when asked to quit. */
#ifndef DOCKER_STATS_H
#define DOCKER_STATS_H

#include "docker/call.h"
#include "docker/json_stream.h"

struct stats {
    struct op op;
    struct call call;
    struct json_stream stream;
    bool known;       /* the figures below are there */
    double cpu;       /* in percent of one CPU */
    long long memory; /* bytes, without what the kernel only caches */
};

void stats_begin(struct stats *, struct op *parent, const struct engine *, const char *name);
void stats_release(struct stats *);

/* The figures of one object of the stream; false where it has none (the first has no CPU yet). */
bool stats_read(const json_t *, double *ret_cpu, long long *ret_memory);

#endif
