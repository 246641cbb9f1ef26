/* safe_fs.h - the files of an image and of Claude's home, touched as root.
 *
 * Both are hostile: any component of a path may be a link to somewhere else, any file a FIFO or a
 * device, and while Claude runs all of it may change between two calls. So nothing here follows a
 * link in any component, what is opened is looked at through its descriptor, and what is written
 * is a new file put in place by rename. What is new gets the owner of the directory it lies in,
 * which is right for Claude's home and for directories of the host alike.
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

bool safe_dir_open(struct safe_dir *ret, const char *path, struct error *);

/* Opens it; makes it and its missing parents first. */
bool safe_dir_make(struct safe_dir *ret, const char *path, mode_t, struct error *);
bool safe_dir_sub(
    struct safe_dir *ret, const struct safe_dir *in, const char *name, mode_t, struct error *);
void safe_dir_close(struct safe_dir *); /* may be called twice */

#define SAFE_DIR                                                                                   \
    {                                                                                              \
        .fd = -1                                                                                   \
    }
#define cleanup_safe_dir __attribute__((cleanup(safe_dir_close)))

enum safe_found { SAFE_REFUSED, SAFE_MISSING, SAFE_FOUND };
#define SAFE_ANY_OWNER ((uid_t)-1)

/* Reads a regular file of at most ret->max bytes that belongs to `owner`. SAFE_REFUSED with *err
 * for anything else, a link included. */
enum safe_found safe_read(
    const struct safe_dir *, const char *name, uid_t owner, struct str *ret, struct error *);

/* Puts a file in place. Readers see the old one or the new. What was there is replaced, also a
 * link; a directory is an error. */
bool safe_replace(
    const struct safe_dir *, const char *name, const void *bytes, size_t n, mode_t, struct error *);

/* A file like that, open for writing, and its putting in place: safe_temp() fills `temp`, and
 * safe_place() takes the descriptor over, closes it and renames. */
enum { SAFE_TEMP = 32 };
int safe_temp(const struct safe_dir *, char temp[static SAFE_TEMP], struct error *);
bool safe_place(
    const struct safe_dir *, const char *temp, int fd, const char *name, mode_t, struct error *);

#endif
