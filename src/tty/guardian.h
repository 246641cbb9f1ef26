/* guardian.h - a process that outlives the supervisor by a moment, so that the terminal is as it
 * was even after SIGKILL.
 *
 * guardian_start() forks. The process that the shell started becomes the guardian and never
 * returns; its child, in the same process group, goes on as the supervisor. The shell waits for
 * the guardian, so what the guardian restores is restored before the prompt is drawn.
 *
 * The guardian
 * - waits for the supervisor, restores the terminal that it left raw, and ends as it ended: with
 *   the same exit code, or killed by the same signal;
 * - stops when the supervisor stops (the terminal restored), continues it when it is continued;
 * - passes on every signal that is sent to its pid; what the terminal sends to the whole group
 *   the supervisor has got already.
 *
 * When the guardian dies first (SIGKILL), guardian_death_fd() becomes readable: the supervisor
 * then leaves the terminal and detaches, or stops the container.
 *
 * Call it early, once options are parsed: before threads, before the loop, before much memory is
 * touched. Headless runs have no terminal to restore and need none. */
#ifndef TTY_GUARDIAN_H
#define TTY_GUARDIAN_H

#include <stdbool.h>

#include "base/error.h"

/* Returns true in the supervisor, never in the guardian. False where no process could be made;
 * ccpod can go on without. */
bool guardian_start(struct error *err);

/* A descriptor that is readable (at its end) once the guardian is dead; -1 where there is none.
 * It belongs to this module and is closed on exec. */
int guardian_death_fd(void);

/* Ask this once for every signal that was caught, and drop the signal where it says true: the
 * guardian has passed on a copy of one that reached the supervisor by itself, too (`kill %1` and
 * pkill signal both). Without it one SIGTERM could count as two. */
bool guardian_is_copy(int sig);

#endif
