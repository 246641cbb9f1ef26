/* output_file.h - files that a person names for us to write to.
 *
 * They may lie in a repository, which may be hostile: a symbolic link is not followed, and a file
 * that has other names (hard links) is not taken, lest a file elsewhere be emptied. */
#ifndef BASE_OUTPUT_FILE_H
#define BASE_OUTPUT_FILE_H

#include <stdbool.h>
#include <sys/types.h>

#include "base/error.h"

/* Opens it, or makes it with `mode`: emptied where it is a regular file. FIFOs and terminals are
 * opened, too, without waiting for a reader. /dev/stdout, /dev/stderr, /dev/fd/N and
 * /proc/self/fd/N are what we were started with, and go on where that is. Errors begin with
 * `what`, which asks for it, and the path. */
bool output_file_open(
    const char *what, const char *path, mode_t mode, int *ret_fd, struct error *err);

/* The same without descriptors, and with nothing emptied. -1 with *ret_why. */
int output_file_open_plain(const char *path, mode_t mode, const char **ret_why);

#endif
