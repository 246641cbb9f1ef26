/* outcome.h - how a command ended, as an exit code. Pure. */
#ifndef GUEST_OUTCOME_H
#define GUEST_OUTCOME_H

/* Its own code, or 128 + the signal that ended it; `status` is of waitpid(). */
int outcome_of_wait(int status);

/* Why it could not be run, an errno: 127 where it, or (ELIBACC) its interpreter, is missing; else
 * 126. */
int outcome_of_exec(int error);

#endif
