/* run_command.c - the table of `ccpod run`. */
#include "cli/commands.h"
#include "cli/plan.h"
#include "cli/prompt.h"
#include "cli/session_flags.h"
#include "cli/timing_report.h"

/* clang-format off */
static const struct flag flags[] = {
    { .name = "prompt", .kind = FLAG_TEXT, .value = "TEXT",
      .help = "the prompt, where it begins with \"-\"" },
    { .name = "file", .kind = FLAG_TEXT, .value = "FILE", .complete = COMPLETE_FILE,
      .help = "hand a file of the project to Claude, in place of a prompt" },
    FLAGS_OF_PLAN,
    FLAG_HERE,
    FLAG_NO_STDIN,
    { .name = "timeout", .kind = FLAG_DURATION, .value = "DURATION",
      .help = "end a run that takes longer (90s, 1m30s) with exit code 124" },
    { .name = "session", .kind = FLAG_TEXT, .value = "NAME",
      .help = "a further session of this project, beside the first" },
    { .name = "detach", .kind = FLAG_SWITCH,
      .help = "start it and leave it running; prints the container's name" },
    FLAG_STEAL,
    FLAG_DETACH_KEYS,
    { .name = "resume", .kind = FLAG_TEXT, .value = "ID",
      .help = "go on with an earlier session of Claude; needs a profile that keeps state" },
    FLAG_RECORD,
    { .name = "keep", .kind = FLAG_SWITCH,
      .help = "leave the ended container for inspection" },
    { .name = "events", .kind = FLAG_TEXT, .value = "FD|FILE", .complete = COMPLETE_FILE,
      .help = "write what happens to a descriptor or file, as JSON lines" },
    FLAG_TIMING,
    { .name = "dry-run", .kind = FLAG_SWITCH,
      .help = "print every create request as JSON, secrets masked, and do nothing: no engine is "
              "asked" },
    { 0 },
};

const struct command run_command = {
    .name = "run",
    .synopsis = "[PROMPT] [-- CLAUDE-ARGS]",
    .summary = "Run Claude Code in a container",
    .text = "Without a prompt this is a session at the terminal. With a prompt, or --file, "
            "Claude answers and ends: its output goes to standard output, piped standard input "
            "goes to Claude, and the exit code is Claude's.\n\n"
            "What follows \"--\" is handed to claude as it is.\n\n"
            "--dry-run prints an array of { \"path\", \"name\", \"request\" } in the order in which "
            "the requests would be sent, for a project of which nothing runs yet; the main "
            "container's is the last. What only the engine can tell is given by name or left out: "
            "ids, the subnet, the configuration hash.",
    .flags = flags,
    .words_most = WORDS_ANY, /* prompt_check() has the better message */
    .rest = true,
    .dash_hint = "a prompt that begins with \"-\" is given with --prompt TEXT, and Claude's own "
                 "arguments go behind \"--\"",
    .examples = { { "run", "a session at the terminal, in this project" },
                  { "run \"review this diff\" < diff.txt > review.txt",
                    "an answer, from a script" } },
    .check = prompt_check,
    .run = cmd_run,
};
/* clang-format on */
