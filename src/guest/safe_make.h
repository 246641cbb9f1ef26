/* safe_make.h - new directories, files and links, under the rules of safe_fs.h.
 *
 * What is new belongs to the owner of the directory it lies in, which is right for Claude's home
 * and for directories of the host alike. It is made as that owner where this process may become
 * it, else given to it. */
#ifndef GUEST_SAFE_MAKE_H
#define GUEST_SAFE_MAKE_H

#include <stdbool.h>
#include <stddef.h>

#include "guest/safe_fs.h"

/* Opens a directory; makes it, and its missing parents with 0755, first. */
bool safe_make_dirs(struct safe_dir *ret, const char *path, mode_t, struct error *);
bool safe_make_dir(
    struct safe_dir *ret, const struct safe_dir *in, const char *name, mode_t, struct error *);

/* How a file comes to be. SAFE_REPLACE: readers see the old one or the new, never a part. That
 * takes twice as long, so SAFE_CREATE is for what nobody reads yet. Either way, what was there is
 * replaced and not followed; a directory is an error. */
enum safe_way { SAFE_CREATE, SAFE_REPLACE };

bool safe_make_file(const struct safe_dir *, const char *name, const void *bytes, size_t n, mode_t,
    enum safe_way, struct error *);

/* The same with the content written by the caller, to `fd`, in between. */
struct safe_file {
    const struct safe_dir *dir;
    const char *name;
    int fd;
    char temp[32]; /* its name until it is complete; empty: its own */
};
bool safe_file_begin(struct safe_file *, const struct safe_dir *, const char *name, mode_t,
    enum safe_way, struct error *);
bool safe_file_end(struct safe_file *, struct error *); /* puts it in place */
void safe_file_drop(struct safe_file *);                /* or leaves nothing behind */

/* A symbolic link in place of a file or a link; false with errno for a directory. */
bool safe_make_link(const struct safe_dir *, const char *name, const char *target);

#endif
