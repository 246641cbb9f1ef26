/* complete.h - what may stand at the cursor: for the completion scripts of the shells.
 *
 * The scripts know nothing of ccpod; they hand over the words up to the cursor and get back one
 * candidate per line, "WORD<tab>what it is", or a line that tells the shell to complete names of
 * files (":file") or directories (":dir") itself. */
#ifndef CLI_COMPLETE_H
#define CLI_COMPLETE_H

#include <stddef.h>

#include "base/str.h"
#include "cli/args.h"

/* `words` are those behind the program's name; the last one stands at the cursor and may be empty.
 * Names of profiles come from the ccpod home, those of services from the files. */
void complete(const struct command *root, const struct strv *words, struct str *out);

#endif
