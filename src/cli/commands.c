/* commands.c - see commands.h. Only what the program does may stand here. */
#include "cli/commands.h"

#include "cli/prompt.h"

/* Rows of named fields, which clang-format would pull apart. */
/* clang-format off */

static const struct flag global_flags[] = {
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

static const struct flag run_flags[] = {
    { .name = "prompt", .kind = FLAG_TEXT, .value = "TEXT",
      .help = "the prompt, where it begins with \"-\"" },
    { .name = "file", .kind = FLAG_TEXT, .value = "FILE", .complete = COMPLETE_FILE,
      .help = "hand a file of the project to Claude, in place of a prompt" },
    { .name = "env", .kind = FLAG_LIST, .value = "KEY[=VALUE]",
      .help = "set a variable in the container; KEY alone forwards the host's value; repeatable" },
    { .name = "no-state", .kind = FLAG_SWITCH,
      .help = "keep no state of this run, whatever the profile says" },
    { .name = "trust-project", .kind = FLAG_SWITCH,
      .help = "trust the project's own configuration for this run" },
    { .name = "here", .kind = FLAG_SWITCH,
      .help = "take the current directory as the project, whatever it is" },
    { .name = "no-stdin", .kind = FLAG_SWITCH,
      .help = "leave standard input alone" },
    { .name = "timeout", .kind = FLAG_DURATION, .value = "DURATION",
      .help = "end a run that takes longer (90s, 1m30s) with exit code 124" },
    { .name = "keep", .kind = FLAG_SWITCH,
      .help = "leave the ended container for inspection" },
    { .name = "dry-run", .kind = FLAG_SWITCH,
      .help = "print what would be created as JSON, secrets masked, and do nothing" },
    { 0 },
};

static const struct flag show_flags[] = {
    { .name = "json", .kind = FLAG_SWITCH,
      .help = "print JSON instead of YAML" },
    { .name = "reveal", .kind = FLAG_SWITCH,
      .help = "print secrets and what comes from the host, too" },
    { .name = "here", .kind = FLAG_SWITCH,
      .help = "take the current directory as the project, whatever it is" },
    { 0 },
};

static const struct flag validate_flags[] = {
    { .name = "here", .kind = FLAG_SWITCH,
      .help = "take the current directory as the project, whatever it is" },
    { 0 },
};

static const struct flag trust_flags[] = {
    { .name = "show", .kind = FLAG_SWITCH,
      .help = "only show what the project asks for, and whether it is trusted" },
    { .name = "json", .kind = FLAG_SWITCH,
      .help = "with --show: print JSON" },
    { .name = "here", .kind = FLAG_SWITCH,
      .help = "take the current directory as the project, whatever it is" },
    { 0 },
};

static const struct flag untrust_flags[] = {
    { .name = "here", .kind = FLAG_SWITCH,
      .help = "take the current directory as the project, whatever it is" },
    { 0 },
};

static const char *const global_keys[] = { "autoCheckUpdates", NULL };

static const struct command config_commands[] = {
    { .name = "show",
      .summary = "Print the configuration of a run in this directory",
      .text = "Profile, project and defaults as they come out, with Claude's settings.json and "
              "CLAUDE.md as Claude will see them. Secrets, and values that come from the host, "
              "are masked.",
      .flags = show_flags,
      .examples = { { "config show", "what would hold for a run here" },
                    { "--profile work config show --json", "another profile's, as JSON" } },
      .run = cmd_config_show },
    { .name = "validate",
      .summary = "Check the files and what they name",
      .text = "Every error of profile.yml and .ccpod.yml is reported with its line and column. The "
              "exit code is 0 where a run would accept them, else 125.",
      .flags = validate_flags,
      .examples = { { "config validate", "check the files of this project" },
                    { "--profile work config validate", "with another profile" } },
      .run = cmd_config_validate },
    { .name = "get",
      .synopsis = "KEY",
      .summary = "Print a setting of ccpod itself",
      .choices = global_keys,
      .words_least = 1,
      .words_most = 1,
      .examples = { { "config get autoCheckUpdates", "whether ccpod looks for newer versions" },
                    { "-q config get autoCheckUpdates", "the same, for scripts" } },
      .run = cmd_config_get },
    { .name = "set",
      .synopsis = "KEY VALUE",
      .summary = "Change a setting of ccpod itself",
      .text = "The file config.yml in the ccpod home keeps its comments and its layout.",
      .choices = global_keys,
      .words_least = 2,
      .words_most = 2,
      .examples = { { "config set autoCheckUpdates false", "never look for newer versions" },
                    { "config set autoCheckUpdates true", "look once a day" } },
      .run = cmd_config_set },
    { 0 },
};

static const struct flag help_flags[] = {
    { .name = "man", .kind = FLAG_SWITCH, .help = "print the man page" },
    { 0 },
};

static const char *const shells[] = { "bash", "zsh", "fish", NULL };

static const struct command commands[] = {
    { .name = "run",
      .synopsis = "[PROMPT] [-- CLAUDE-ARGS]",
      .summary = "Run Claude Code in a container",
      .text = "Without a prompt this is a session at the terminal. With a prompt, or --file, "
              "Claude answers and ends: its output goes to standard output, piped standard input "
              "goes to Claude, and the exit code is Claude's.\n\n"
              "What follows \"--\" is handed to claude as it is.",
      .flags = run_flags,
      .words_most = WORDS_ANY, /* prompt_check() has the better message */
      .rest = true,
      .dash_hint = "a prompt that begins with \"-\" is given with --prompt TEXT, and Claude's own "
                   "arguments go behind \"--\"",
      .examples = { { "run", "a session at the terminal, in this project" },
                    { "run \"review this diff\" < diff.txt > review.txt",
                      "an answer, from a script" } },
      .check = prompt_check,
      .run = cmd_run },
    { .name = "config",
      .summary = "Look at the configuration, check it, change ccpod's own settings",
      .commands = config_commands,
      .examples = { { "config show", "what would hold for a run here" },
                    { "config validate", "check the files" } } },
    { .name = "trust",
      .summary = "Trust this project's own configuration",
      .text = "What a project brings along and would run, or steer Claude with, is left out until "
              "the project is trusted: hooks, skills, MCP servers, settings, env. It is shown "
              "first. A change of any of these files asks again.",
      .flags = trust_flags,
      .examples = { { "trust --show", "what the project asks for" },
                    { "trust", "allow it, until it changes" } },
      .check = trust_flags_check,
      .run = cmd_trust },
    { .name = "untrust",
      .summary = "Trust this project no more",
      .flags = untrust_flags,
      .examples = { { "untrust", "forget that this project was trusted" },
                    { "-C ~/src/thing untrust", "the same of another project" } },
      .run = cmd_untrust },
    { .name = "completion",
      .synopsis = "bash|zsh|fish",
      .summary = "Print the completion script for a shell",
      .choices = shells,
      .words_least = 1,
      .words_most = 1,
      .examples = { { "completion bash > ~/.local/share/bash-completion/completions/ccpod",
                      "completion for every bash from now on" },
                    { "completion fish | source", "for this fish" } },
      .run = cmd_completion },
    { .name = "help",
      .synopsis = "[COMMAND...]",
      .summary = "Show help",
      .flags = help_flags,
      .words_most = WORDS_ANY,
      .hidden = true,
      .examples = { { "help run", "as \"ccpod run --help\"" },
                    { "help --man > ccpod.1", "the man page" } },
      .run = cmd_help },
    { .name = "complete",
      .synopsis = "-- WORD...",
      .summary = "Print what may stand in place of the last word",
      .rest = true,
      .hidden = true,
      .examples = { { "complete -- run --p", "the flags of run that begin so" },
                    { "complete -- \"\"", "the commands" } },
      .run = cmd_complete },
    { 0 },
};

const struct command ccpod_command = {
    .name = "ccpod",
    .synopsis = "COMMAND [ARGS]",
    .summary = "Run Claude Code in containers",
    .text = "A profile describes Claude's whole environment: image, settings, credentials, "
            "services. \"ccpod run\" in a project's directory starts Claude in a container made "
            "from it, with the project mounted and the terminal attached; with a prompt it answers "
            "and ends, for scripts.",
    .flags = global_flags,
    .commands = commands,
    .examples = { { "run", "a session with Claude in this project" },
                  { "run -- --version", "the version of Claude Code in the container" } },
};
