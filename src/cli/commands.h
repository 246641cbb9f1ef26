/* commands.h - the table of all commands, and what each of them calls.
 *
 * Each cmd_NAME() lives in a file of its own. It returns the exit code of the program; where it
 * has set the error, the error's own code counts and main prints it. */
#ifndef CLI_COMMANDS_H
#define CLI_COMMANDS_H

#include "cli/args.h"

extern const struct command ccpod_command; /* the root: global flags, all commands */

int cmd_complete(const struct args *, struct error *);
int cmd_completion(const struct args *, struct error *);
int cmd_config_get(const struct args *, struct error *);
int cmd_config_set(const struct args *, struct error *);
int cmd_config_show(const struct args *, struct error *);
int cmd_config_validate(const struct args *, struct error *);
int cmd_help(const struct args *, struct error *);
int cmd_run(const struct args *, struct error *);
int cmd_trust(const struct args *, struct error *);
int cmd_untrust(const struct args *, struct error *);

bool trust_flags_check(const struct args *, struct error *);

#endif
