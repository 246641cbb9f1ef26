/* help.h - the texts of --help, made from the table of commands. */
#ifndef CLI_HELP_H
#define CLI_HELP_H

#include "base/str.h"
#include "cli/args.h"

/* Adds the help of the last command of `path`, 80 columns wide. */
void help_text(const struct command *const *path, size_t depth, struct str *);

/* A flag as it is written: "-h, --help", "--file FILE", "--timing[=FILE]". */
void help_flag_name(const struct flag *, struct str *);

#endif
