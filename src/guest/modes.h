/* modes.h - what the guest can be started as; base/guest_abi.h says when and how. Each gets what
 * follows its name, and returns the exit code. */
#ifndef GUEST_MODES_H
#define GUEST_MODES_H

int mode_init(char **args);  /* PID 1 of a main container */
int mode_exec(char **args);  /* a command in a running one */
int mode_pause(char **args); /* PID 1 of a namespace holder */

#endif
