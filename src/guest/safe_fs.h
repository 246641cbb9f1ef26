/* safe_fs.h - the files of an image and of Claude's home, opened and read as root.
 *
 * Both are hostile: any component of a path may be a link to somewhere else, any file a FIFO or a
 * device, and while Claude runs all of it may change between two calls. So nothing here follows a
 * link in any component, and what is opened is looked at through its descriptor. safe_make.h makes
 * what is new, safe_tree.h goes through whole trees.
 *
 * Paths are absolute, or relative to an open directory; ".." is refused. */
#ifndef GUEST_SAFE_FS_H
#define GUEST_SAFE_FS_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "base/error.h"
#include "base/str.h"

/* openat() that follows no link: -1 with errno, ELOOP or ENOTDIR for a link. Adds O_CLOEXEC. */
int safe_openat(int dir, const char *path, int flags, mode_t mode);

/* The same without openat2(2), which old kernels and seccomp filters lack. */
int safe_openat_by_hand(int dir, const char *path, int flags, mode_t mode);

/* The same, and into no other mount: EXDEV. */
int safe_openat_here(int dir, const char *path, int flags);

/* A directory held open, and its absolute path for messages. */
struct safe_dir {
    int fd;
    char *path;
};

#define SAFE_DIR                                                                                   \
    {                                                                                              \
        .fd = -1                                                                                   \
    }
#define cleanup_safe_dir __attribute__((cleanup(safe_dir_close)))

bool safe_dir_open(struct safe_dir *ret, const char *path, struct error *);
void safe_dir_close(struct safe_dir *); /* may be called twice */

enum safe_found { SAFE_REFUSED, SAFE_MISSING, SAFE_FOUND };
#define SAFE_ANY_OWNER ((uid_t)-1)

/* Reads a regular file of at most ret->max bytes that belongs to `owner`. SAFE_REFUSED with *err
 * for anything else, a link included. */
enum safe_found safe_read(
    const struct safe_dir *, const char *name, uid_t owner, struct str *ret, struct error *);

/* strerror(), but a link is called by its name. */
const char *safe_why(int error);

/* Splits the first component off a path: returns what follows it, NULL where it is too long. */
#define SAFE_PART 256
const char *safe_next_part(const char *path, char part[static SAFE_PART]);

#endif
