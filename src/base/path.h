/* path.h - paths as text: joining, home, and what lies beneath what. */
#ifndef BASE_PATH_H
#define BASE_PATH_H

#include <stdbool.h>

#include "base/error.h"

char *path_join(const char *dir, const char *name); /* an absolute name stands for itself */
const char *path_base(const char *path);            /* behind the last slash */
char *path_dir(const char *path);                   /* before it; "." where there is none */

/* The user's home: $HOME where it is absolute, else what the system says. The caller frees. */
char *path_home(void);

/* "~" and "~/..." with the home in place; other text as it is. */
char *path_expand(const char *path);

/* The real path, every link resolved; NULL with an error when it does not exist. */
char *path_real(const char *path, struct error *);

/* Is `path` equal to `dir` or in it? Whole segments, both absolute and clean. */
bool path_beneath(const char *path, const char *dir);

/* A relative path without ".", "..", empty segments: it cannot leave the place it is joined to. */
bool path_is_inner(const char *path);

#endif
