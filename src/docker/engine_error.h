/* engine_error.h - the engine's words to ours: the only place that looks into its messages. */
#ifndef DOCKER_ENGINE_ERROR_H
#define DOCKER_ENGINE_ERROR_H

#include <stddef.h>

#include "base/error.h"

/* The error that the engine has told in these words, made one harmless line of limited length, and
 * what to do about it where we know. */
bool engine_error_say(struct error *, const char *text, size_t n);

/* The error of an answer with an error status: the engine's own message (JSON {"message": ...},
 * or plain text, or just the status). */
bool engine_error_set(struct error *, int status, const char *body, size_t n);

/* The error of a connection that could not be made, with the usual cure. */
bool engine_error_connect(struct error *, const char *socket, int uv_error);

/* Does the message say that a name is taken already? Podman says so with status 500. */
bool engine_error_is_conflict(int status, const char *body);

/* Does it say that nothing can be read at a path because of what lies there: a loop of links, a
 * file in a directory's place, too long a name? Docker says so with status 500. */
bool engine_error_is_bad_path(int status, const char *body);

/* Does it say that a network's subnet is in use, by another network or a route of the host? */
bool engine_error_is_subnet_taken(const char *body);

#endif
