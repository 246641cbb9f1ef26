/* origin.h - where ccpod was started and which files that means: the ccpod home, the directory,
 * and what of the command line decides how profile and project are read. For the commands that
 * look at configuration; all of them have the flag --here. */
#ifndef CLI_ORIGIN_H
#define CLI_ORIGIN_H

#include <stdbool.h>

#include "base/error.h"
#include "cli/args.h"
#include "config/home.h"
#include "config/resolved.h"

struct origin {
    struct ccpod_home home;
    char *dir;
    struct resolve_flags flags; /* points into this struct and the arguments */
};

/* Release it in either case. */
bool origin_find(struct origin *, const struct args *, struct error *);
void origin_release(struct origin *);

#define cleanup_origin __attribute__((cleanup(origin_release)))

#endif
