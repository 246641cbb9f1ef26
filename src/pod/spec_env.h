/* spec_env.h - the environment in a create request: facts, never secrets. */
#ifndef POD_SPEC_ENV_H
#define POD_SPEC_ENV_H

#include "pod/spec.h"

/* "NAME=value" for everything that is set in the main container; a new array. NULL where the engine
 * cannot be told one of them. */
json_t *spec_env(const struct spec_facts *, uid_t, gid_t, struct error *);

/* The socket of the SSH agent to mount, as the engine sees it; NULL: none. */
const char *spec_agent_socket(const struct spec_facts *);

#endif
