/* commands.h - all commands. The table of each stands beside what it calls, in cmd_NAME.c.
 *
 * A new one: define `const struct command NAME_command` there, declare it here, and add it to the
 * list in commands.c. Help, completion and the man page follow by themselves. */
#ifndef CLI_COMMANDS_H
#define CLI_COMMANDS_H

#include "cli/args.h"

extern const struct command ccpod_command; /* the root: global flags, all commands */

extern const struct command complete_command;
extern const struct command completion_command;
extern const struct command config_command;
extern const struct command help_command;
extern const struct command run_command;
extern const struct command stop_command;
extern const struct command wait_command;
extern const struct command attach_command;
extern const struct command restart_command;
extern const struct command logs_command;
extern const struct command shell_command;
extern const struct command exec_command;
extern const struct command down_command;
extern const struct command profile_command;
extern const struct command ps_command;
extern const struct command trust_command;
extern const struct command untrust_command;
extern const struct command up_command;

int cmd_run(const struct args *, struct error *); /* its table is in run_command.c */

/* The flag of all commands that look for a project. */
/* clang-format off */
#define FLAG_HERE                                                                                  \
    { .name = "here", .kind = FLAG_SWITCH,                                                         \
      .help = "take the current directory as the project, whatever it is" }
/* clang-format on */

#endif
