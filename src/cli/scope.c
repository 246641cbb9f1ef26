/* scope.c - see scope.h. */
#include "cli/scope.h"

#include <stdlib.h>

#include "config/names.h"
#include "config/project.h"

bool scope_find(struct scope *scope, const struct args *args, struct error *err)
{
    *scope = (struct scope){0};
    scope->host = args_text(args, "host");
    if (!origin_find(&scope->origin, args, err))
        return false;
    scope->project =
        project_find(&scope->origin.home, scope->origin.dir, scope->origin.flags.here, err);
    if (!scope->project)
        return false;
    project_hash(scope->project, scope->hash);
    scope->filter =
        (struct member_filter){.project = scope->hash, .profile = args_text(args, "profile")};
    return true;
}

void scope_release(struct scope *scope)
{
    origin_release(&scope->origin);
    free(scope->project);
    scope->project = NULL;
}
