/* inside.h - reading files that must lie in a directory: what a project (which is not trusted)
 * names, whatever links it makes.
 *
 * A link is resolved first and must lead to a place inside; then the way is walked component by
 * component without following links, so that one made in between leads nowhere. */
#ifndef CONFIG_INSIDE_H
#define CONFIG_INSIDE_H

#include <stdbool.h>
#include <sys/stat.h>

#include "base/error.h"
#include "base/str.h"
#include "config/masks.h"

/* INSIDE_MASKED: it was read, but workspace.mask hides it: no container may get anything of it. */
enum inside { INSIDE_FAILED, INSIDE_MISSING, INSIDE_FOUND, INSIDE_MASKED };

/* Reads the regular file `name` (relative) of `dir` (a real path); appends to *ret_text. What is
 * no regular file, leads out, or is larger than ret_text->max fails. What counts for `masks` is the
 * file that was opened, whatever links led to it. masks and ret_stat may be NULL. */
enum inside inside_read(const char *dir, const char *name, const struct masks *,
    struct str *ret_text, struct stat *ret_stat, struct error *);

enum inside_kind { INSIDE_NOTHING, INSIDE_FILE, INSIDE_DIR, INSIDE_LINK, INSIDE_OTHER };

/* What `name` is, seen without following any link: a link anywhere on the way is INSIDE_LINK. */
enum inside_kind inside_look(const char *dir, const char *name);

#endif
