/* prompt.h - what `run` is to ask Claude: a word of the command line, --prompt, or --file. */
#ifndef CLI_PROMPT_H
#define CLI_PROMPT_H

#include "cli/args.h"

/* At most one of them, and none that is empty or could be meant as a flag. For the table. */
bool prompt_check(const struct args *, struct error *);

/* The prompt as it was given; NULL: none, or --file has it. */
const char *prompt_text(const struct args *);

#endif
