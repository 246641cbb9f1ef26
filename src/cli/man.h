/* man.h - the man page ccpod(1), made from the table of commands. */
#ifndef CLI_MAN_H
#define CLI_MAN_H

#include "base/str.h"
#include "cli/args.h"

void man_page(const struct command *root, struct str *);

#endif
