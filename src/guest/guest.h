/* guest.h - what PID 1 knows: found out step by step while it sets the container up, then used to
 * start Claude and to bring the credentials home. */
#ifndef GUEST_GUEST_H
#define GUEST_GUEST_H

#include <stdbool.h>

#include "base/error.h"
#include "base/map.h"
#include "base/str.h"
#include "guest/user.h"

struct guest {
    struct strv command; /* what runs as the user */
    struct map given;    /* the container's environment */
    struct map env;      /* the user's: secrets are in here, and nowhere else */
    struct user user;
    char *config_dir; /* Claude's own directory: $CLAUDE_CONFIG_DIR or ~/.claude */
    char *json_dir;   /* where its .claude.json lies: the same, or the home */
    bool relaxed;     /* setuid programs keep working */
    bool root;        /* the command runs as root, not as the user */
};

/* Fills what the command line and the environment tell. */
void guest_init(struct guest *, char *const *command, char *const *environment);
void guest_release(struct guest *);

/* A variable that is set and not empty, or NULL. */
const char *guest_given(const struct guest *, const char *name);

/* Does a path lie in the project or in a directory of ccpod's, both the host's, or can that not be
 * told? A login must not lie there. */
bool guest_is_shared(const struct guest *, const char *path);

#endif
