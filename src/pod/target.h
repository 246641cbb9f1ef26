/* target.h - which container a command means: a service by its name, a session by its name, a run
 * by its id. */
#ifndef POD_TARGET_H
#define POD_TARGET_H

#include "base/error.h"
#include "pod/member.h"

/* The container of a service; NULL with an error that tells which services there are. Where two
 * profiles of the project have it, neither is meant. */
const struct member *target_service(const struct members *, const char *service, struct error *);

/* The main container: with `which` the one of that session name or run id, else the session
 * without a name, else the newest. NULL: there is none. */
const struct member *target_main(const struct members *, const char *which);

/* The session to attach to: with `which` as above, else the session without a name, else the only
 * one. NULL with an error that tells which there are. */
const struct member *target_session(const struct members *, const char *which, struct error *);

#endif
