/* env.h - env entries: "KEY" forwards the host's value, "KEY=value" is literal, and in a profile's
 * and the command line's entries ${NAME} and ${NAME:-default} stand for host variables.
 *
 * What comes from the host is a secret until shown otherwise: it travels by the secrets file and
 * is masked. So the outcome has two lists; a name is in one of them at most. */
#ifndef CONFIG_ENV_H
#define CONFIG_ENV_H

#include <stdbool.h>

#include "base/error.h"
#include "base/map.h"
#include "base/str.h"
#include "config/schema.h"

enum env_from { ENV_PROFILE, ENV_PROJECT, ENV_COMMAND_LINE };

struct env {
    struct map plain;  /* literal, and not secret by its name: may stand in the create request */
    struct map secret; /* forwarded, interpolated, or named like a secret */
};

/* Is the entry well-formed? On failure *ret_why is what is wrong; the caller frees it. `KEY`,
 * `KEY=...`; a project's may not interpolate. */
bool env_entry_check(const char *entry, enum env_from, char **ret_why);

/* Names a project may not set, in any case. */
bool env_is_denied_to_projects(const char *name);

/* Does the name (TOKEN, PASSWORD, ...) or the value (may be NULL) say that it is a secret? */
bool env_looks_secret(const char *name, const char *value);

/* Adds well-formed entries; a later one of the same name wins. Warnings: denied names of a
 * project, and unset variables without a default, once per name. */
void env_add_all(struct env *, const struct strv *entries, enum env_from, struct strv *warnings);

void env_set(struct env *, const char *name, const char *value, bool secret);
const char *env_get(const struct env *, const char *name); /* from either list */
void env_release(struct env *);

/* A list of entries into struct strv, and back: for tables of settings. */
void env_entries_read(struct schema *, const struct node *, void *strv);
json_t *env_entries_write(const void *strv);

#endif
