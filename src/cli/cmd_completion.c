/* cmd_completion.c - `ccpod completion SHELL`: the script for the shell; and `ccpod complete`,
 * which the scripts call. */
#include <string.h>

#include "base/limits.h"
#include "base/mem.h"
#include "cli/commands.h"
#include "cli/complete.h"
#include "cli/out.h"

/* The files in shell/, embedded by CMake. */
extern const char completion_bash[], completion_bash_end[];
extern const char completion_zsh[], completion_zsh_end[];
extern const char completion_fish[], completion_fish_end[];

static int run_completion(const struct args *args, struct error *err)
{
    const struct {
        const char *shell, *script, *end;
    } scripts[] = {
        {"bash", completion_bash, completion_bash_end},
        {"zsh",  completion_zsh,  completion_zsh_end },
        {"fish", completion_fish, completion_fish_end},
    };
    (void)err;
    for (size_t i = 0; i < array_size(scripts); i++)
        if (strcmp(args->words.v[0], scripts[i].shell) == 0)
            out_bytes(scripts[i].script, (size_t)(scripts[i].end - scripts[i].script));
    return 0;
}

static int run_complete(const struct args *args, struct error *err)
{
    cleanup_str struct str text = STR(MIB);
    (void)err;
    complete(args->path[0], &args->rest, &text);
    out_text(text.s);
    return 0;
}

/* clang-format off */
static const char *const shells[] = { "bash", "zsh", "fish", NULL };

const struct command completion_command = {
    .name = "completion",
    .synopsis = "bash|zsh|fish",
    .summary = "Print the completion script for a shell",
    .choices = shells,
    .words_least = 1,
    .words_most = 1,
    .examples = { { "completion bash > ~/.local/share/bash-completion/completions/ccpod",
                    "completion for every bash from now on" },
                  { "completion fish | source", "for this fish" } },
    .run = run_completion,
};

const struct command complete_command = {
    .name = "complete",
    .synopsis = "-- WORD...",
    .summary = "Print what may stand in place of the last word",
    .rest = true,
    .hidden = true,
    .examples = { { "complete -- run --p", "the flags of run that begin so" },
                  { "complete -- \"\"", "the commands" } },
    .run = run_complete,
};
/* clang-format on */
