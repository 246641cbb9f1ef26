/* cmd_help.c - `ccpod help [COMMAND...]`, and the man page for those who install it. */
#include "base/limits.h"
#include "base/mem.h"
#include "cli/args_int.h"
#include "cli/commands.h"
#include "cli/help.h"
#include "cli/man.h"
#include "cli/out.h"
#include "cli/suggest.h"

static int run_help(const struct args *args, struct error *err)
{
    cleanup_str struct str text = STR(MIB);
    struct args about = {0};

    if (args_flag(args, "man")) {
        man_page(args->path[0], &text);
        out_text(text.s);
        return 0;
    }
    args_enter(&about, args->path[0]);
    for (size_t i = 0; i < args->words.n; i++) {
        const struct command *command = command_find(about.command, args->words.v[i]);
        if (!command) {
            suggest_command(&about, args->words.v[i], err);
            return EXIT_CODE_USAGE;
        }
        args_enter(&about, command);
    }
    help_text(about.path, about.depth, &text);
    out_text(text.s);
    return 0;
}

/* clang-format off */
static const struct flag flags[] = {
    { .name = "man", .kind = FLAG_SWITCH, .help = "print the man page" },
    { 0 },
};

const struct command help_command = {
    .name = "help",
    .synopsis = "[COMMAND...]",
    .summary = "Show help",
    .flags = flags,
    .complete = COMPLETE_COMMAND,
    .words_most = WORDS_ANY,
    .hidden = true,
    .examples = { { "help run", "as \"ccpod run --help\"" },
                  { "help --man > ccpod.1", "the man page" } },
    .run = run_help,
};
/* clang-format on */
