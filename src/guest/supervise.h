/* supervise.h - PID 1 at its main work: the user's command as a child, until it has ended.
 *
 * The child is a process group of its own, in the foreground of the terminal where there is one.
 * Signals to PID 1 go to it: those that a keyboard sends to its group, as a terminal would, others
 * to itself. When it stops (Ctrl-Z) there is no shell to resume it, so it is continued at once.
 * What others leave behind is reaped. Its end is waited for, also after SIGTERM; then the
 * credentials are handed out, and PID 1 ends as it did. */
#ifndef GUEST_SUPERVISE_H
#define GUEST_SUPERVISE_H

#include "base/error.h"
#include "guest/guest.h"

/* All signals are blocked before this is called, so that none is lost. Returns the exit code; an
 * error in *err is to be reported beside it. */
int supervise(struct guest *, struct error *);

#endif
