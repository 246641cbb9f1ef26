/* file.h - small files: bounded reading, atomic replacing, locks, directories.
 *
 * Nothing here follows a link in the last component unless it says so, and nothing reads
 * anything but regular files (a FIFO in place of a file must not hang us). Blocking calls: for
 * small files on local disks; long work belongs on loop/work.h. */
#ifndef BASE_FILE_H
#define BASE_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "base/error.h"
#include "base/str.h"

enum file_links { FILE_FOLLOW, FILE_NO_LINKS };

/* Reads a regular file of at most ret->max bytes; appends to *ret. */
bool file_read(const char *path, enum file_links, struct str *ret, struct error *);

/* The same for a descriptor, from its current position; `name` is for the message. */
bool file_read_fd(int fd, const char *name, struct str *ret, struct error *);

/* Writes everything or fails; retries on EINTR. */
bool file_write_all(int fd, const void *bytes, size_t n);

/* Replaces path: temporary file in the same directory, fsync, rename, fsync of the directory.
 * Readers see the old content or the new, never a part, also after a power cut. A reader of an
 * older inode keeps it. A link at `path` is replaced, not followed. */
bool file_replace(const char *path, const void *bytes, size_t n, mode_t, struct error *);

/* The same for what nobody has a use for after a crash: no fsync. */
bool file_renew(const char *path, const void *bytes, size_t n, mode_t, struct error *);

/* Makes a new file that nobody has a use for after a crash: no fsync. One that is there is an
 * error. */
bool file_create(const char *path, const void *bytes, size_t n, mode_t, struct error *);

/* Makes a directory and its missing parents with the mode; one that is there must be a
 * directory. For private ones (no rights for others in mode) it must also be the user's own
 * and no link, and others' rights are taken away. */
bool file_make_dirs(const char *path, mode_t, struct error *);

/* An exclusive lock on a file (made if missing), given up by closing *ret_fd or dying. Waits at
 * most `ms` milliseconds. */
bool file_lock(const char *path, unsigned ms, int *ret_fd, struct error *);

/* Removes a tree, following no link, however deep it is and whatever its directories' modes are;
 * what is missing is no error. False with errno where something of it stays; the rest is gone. */
bool file_remove_tree(const char *path);

bool file_exists(const char *path);

/* When it was last written, in seconds, to be compared with others; 0, long ago: it is not there,
 * or says a time that is yet to come, because the clock was ahead. */
time_t file_written(const char *path);

#endif
