/* exec_session.h - a command in a container that runs already: a sidecar's, or the main one, there
 * as Claude's user and in Claude's environment (guest/mode_exec.c).
 *
 * With a terminal both ends are raw; without one the streams stay apart and the end of the input is
 * passed on. Signals reach the command, a second one kills it, a third leaves it. */
#ifndef POD_EXEC_SESSION_H
#define POD_EXEC_SESSION_H

#include "base/error.h"
#include "base/str.h"
#include "pod/member.h"

struct exec_options {
    const char *host; /* --host, or NULL */
    const struct member_filter *filter;
    const char *service;        /* NULL: the main container */
    const char *session;        /* of the main containers; NULL: see pod/target.h */
    const struct strv *command; /* empty: a shell (main container alone) */
    bool root;                  /* in the main container: as root, not as Claude's user */
    bool terminal, with_stdin;
};

/* Runs it. The exit code: the command's own, 126 and 127 where it cannot be started; *err is set
 * where ccpod or the engine failed. *ret_missing: no main container runs; nothing was done. */
int exec_main(const struct exec_options *, bool *ret_missing, struct error *err);

#endif
