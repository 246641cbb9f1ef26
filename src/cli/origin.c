/* origin.c - see origin.h. */
#include "cli/origin.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

bool origin_find(struct origin *origin, const struct args *args, struct error *err)
{
    *origin = (struct origin){0};
    if (!home_find(&origin->home, err))
        return false;
    origin->dir = getcwd(NULL, 0);
    if (!origin->dir)
        return error_set(err, "find the current directory: %s", strerror(errno));
    origin->flags = (struct resolve_flags){.home = &origin->home,
        .profile = args_text(args, "profile"),
        .dir = origin->dir,
        .here = args_flag(args, "here")};
    return true;
}

void origin_release(struct origin *origin)
{
    home_release(&origin->home);
    free(origin->dir);
    origin->dir = NULL;
}
