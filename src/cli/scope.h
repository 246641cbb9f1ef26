/* scope.h - which containers a command is about: those of the project it was started in, of one
 * profile where --profile names one. For the commands that look at pods or end them; the project's
 * files are not read, so that a broken one is in nobody's way. They have the flag --here. */
#ifndef CLI_SCOPE_H
#define CLI_SCOPE_H

#include "base/hash.h"
#include "cli/origin.h"
#include "pod/member.h"

struct scope {
    struct origin origin;
    char *project; /* its directory */
    char hash[HASH_SHORT + 1];
    const char *host;
    struct member_filter filter; /* of this project; points into this struct and the arguments */
};

/* Release it in either case. */
bool scope_find(struct scope *, const struct args *, struct error *);
void scope_release(struct scope *);

#define cleanup_scope __attribute__((cleanup(scope_release)))

#endif
