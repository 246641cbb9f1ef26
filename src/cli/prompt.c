/* prompt.c - see prompt.h. */
#include "cli/prompt.h"

#include <string.h>

const char *prompt_text(const struct args *args)
{
    return args->words.n ? args->words.v[0] : args_text(args, "prompt");
}

static bool wrong(struct error *err, const char *what, const char *hint)
{
    error_set_code(err, EXIT_CODE_USAGE, "run: %s", what);
    return error_hint(err, "%s", hint);
}

bool prompt_check(const struct args *args, struct error *err)
{
    const char *prompt = prompt_text(args);
    size_t n = args->words.n + args_flag(args, "prompt");

    if (n > 1)
        return wrong(err, "there is more than one prompt",
            "put the prompt into quotes; Claude's own arguments go behind \"--\"");
    if (prompt && args_flag(args, "file"))
        return wrong(err, "a prompt and --file do not go together",
            "leave one of them out; more text can come through standard input");
    if (prompt && prompt[strspn(prompt, " \t\r\n")] == '\0')
        return wrong(err, "the prompt is empty", "leave it out for a session at the terminal");
    if (prompt && prompt[0] == '-' && args->words.n)
        return wrong(err, "a prompt that begins with \"-\" could be meant as a flag",
            "give it with --prompt TEXT; Claude's own arguments go behind \"--\"");
    return true;
}
