/* archive.h - one file out of a container, running or stopped: GET /containers/{id}/archive.
 *
 * The container is hostile, and so is the tar that comes from it: exactly one regular file is
 * taken, of at most the given size, whatever it is called inside; links are not followed. */
#ifndef DOCKER_ARCHIVE_H
#define DOCKER_ARCHIVE_H

#include <time.h>

#include "docker/call.h"

/* Begins the call; a path or container that is not there is status 404, no error. */
void archive_get(struct call *, struct op *parent, const struct engine *, const char *container,
    const char *path);

/* The content of the one regular file in a tar (POSIX ustar, pax and GNU headers skipped), and when
 * it was written, as the tar has it; 0: not told. */
bool archive_file(const char *tar, size_t n, struct str *ret, time_t *ret_written, struct error *);

#endif
