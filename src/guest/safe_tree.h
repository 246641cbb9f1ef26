/* safe_tree.h - whole trees, under the rules of safe_fs.h. */
#ifndef GUEST_SAFE_TREE_H
#define GUEST_SAFE_TREE_H

#include <stdbool.h>
#include <sys/types.h>

#include "guest/safe_fs.h"

/* Gives a volume to its user: all in it that belongs to others, the directory itself last. So its
 * owner tells whether that was done, and a start with a volume that is right costs one look. */
bool safe_tree_give(const struct safe_dir *, uid_t, gid_t, struct error *);

/* Copies what lies in `from` into `to`: directories, regular files and links as such; nothing
 * else. Files that are there are replaced. skip() says which names of the first level to leave
 * out. */
bool safe_tree_copy(const struct safe_dir *from, const struct safe_dir *to,
    bool (*skip)(const char *name), struct error *);

#endif
