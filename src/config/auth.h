/* auth.h - what lets Claude in: the profile's key, a login of the store, or a variable.
 *
 * Order: a --env entry beats the key of `auth`, which beats an env entry of the profile. */
#ifndef CONFIG_AUTH_H
#define CONFIG_AUTH_H

#include <jansson.h>
#include <stdbool.h>

#include "base/error.h"
#include "config/env.h"
#include "config/profile.h"

enum auth_found {
    AUTH_FOUND_NOTHING,
    AUTH_FOUND_KEY_ENV,  /* auth.keyEnv */
    AUTH_FOUND_KEY_FILE, /* auth.keyFile */
    AUTH_FOUND_VARIABLE, /* env or --env */
    AUTH_FOUND_LOGIN,    /* .credentials.json in the store */
    AUTH_FOUND_HELPER,   /* apiKeyHelper in the profile's settings.json */
};

struct auth {
    enum auth_type type;
    enum auth_found found;
    char *from; /* "ANTHROPIC_API_KEY", a path, ...; NULL: nothing found */
};

/* Finds it and puts the key into env->secret as ANTHROPIC_API_KEY. `env` has all entries already;
 * `command_line` are those of --env, or NULL. Nothing found is no error here: auth_require(), when
 * the profile's tree has been looked at, too. */
bool auth_resolve(const struct ccpod_home *, const struct profile *,
    const struct strv *command_line, struct env *, struct auth *ret, struct error *);

/* What only the profile's settings.json says, which lies at `path`: a helper that fetches a key. */
void auth_find_helper(struct auth *, const json_t *settings, const char *path);

/* The error of a headless run without auth: what to do, by type. True where something was found. */
bool auth_require(const struct auth *, const struct profile *, struct error *);

/* What to say to a session at a terminal that has an API key to expect and none there; NULL where
 * all is well. The caller frees. */
char *auth_warning(const struct auth *, const struct profile *);

void auth_release(struct auth *);

#endif
