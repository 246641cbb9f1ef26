/* env.h - the environment of what runs as the user. Pure. */
#ifndef GUEST_ENV_H
#define GUEST_ENV_H

#include <stdbool.h>

#include "base/error.h"
#include "base/map.h"
#include "base/str.h"
#include "guest/user.h"

/* The container's environment as the user sees it: with the user's own HOME and the like, without
 * what is between supervisor and guest alone. Added to *ret. */
void env_for_user(const struct map *given, const struct user *, struct map *ret);

/* Adds the secrets: NAME=VALUE, each ended by a NUL byte. The message names no value; what came
 * before the mistake has been added. */
bool env_add_secrets(struct map *env, const struct str *secrets, struct error *);

/* The environment becomes that of root of the container. */
void env_be_root(struct map *env);

/* Bypass mode by variable: CLAUDE_YOLO=1 puts Claude's flag behind `claude`. */
void env_apply_yolo(const struct map *env, struct strv *command);

#endif
