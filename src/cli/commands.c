/* commands.c - see commands.h: all commands in the order of help, and the flags of all of them.
 * Only what the program does may stand here. */
#include "cli/commands.h"

/* clang-format off */
static const struct flag flags[] = {
    { .name = "profile", .kind = FLAG_TEXT, .value = "NAME", .complete = COMPLETE_PROFILE,
      .help = "use this profile; without it the project's, else \"default\"" },
    { .name = "host", .kind = FLAG_TEXT, .value = "ENGINE",
      .help = "use this engine: unix:///path/to/docker.sock" },
    { .name = "C", .kind = FLAG_TEXT, .value = "DIR", .complete = COMPLETE_DIR,
      .help = "work as if started in this directory" },
    { .name = "q", .kind = FLAG_SWITCH,
      .help = "say nothing but errors" },
    { .name = "v", .kind = FLAG_COUNT,
      .help = "say more; -vv shows each call to the engine and its time" },
    { .name = "no-color", .kind = FLAG_SWITCH,
      .help = "no colours, as with NO_COLOR set" },
    { .name = "help", .letter = 'h', .kind = FLAG_SWITCH,
      .help = "show help for the command" },
    { .name = "version", .kind = FLAG_SWITCH,
      .help = "show the version" },
    { 0 },
};
/* clang-format on */

static const struct command *const commands[] = {
    &run_command,
    &attach_command,
    &stop_command,
    &wait_command,
    &restart_command,
    &logs_command,
    &shell_command,
    &exec_command,
    &up_command,
    &down_command,
    &ps_command,
    &profile_command,
    &config_command,
    &trust_command,
    &untrust_command,
    &completion_command,
    &help_command,
    &complete_command,
    NULL,
};

/* clang-format off */
const struct command ccpod_command = {
    .name = "ccpod",
    .synopsis = "COMMAND [ARGS]",
    .summary = "Run Claude Code in containers",
    .text = "A profile describes Claude's whole environment: image, settings, credentials, "
            "services. \"ccpod run\" in a project's directory starts Claude in a container made "
            "from it, with the project mounted and the terminal attached; with a prompt it answers "
            "and ends, for scripts.\n\n"
            "The manual page ccpod.yml(5) describes profiles and a project's .ccpod.yml, key by "
            "key.",
    .flags = flags,
    .commands = commands,
    .examples = { { "run", "a session with Claude in this project" },
                  { "run -- --version", "the version of Claude Code in the container" } },
};
/* clang-format on */
