/* suggest.h - hints for mistyped words: the nearest real one, or where to find it. */
#ifndef CLI_SUGGEST_H
#define CLI_SUGGEST_H

#include "base/error.h"
#include "cli/args.h"

/* Each sets an error of wrong usage with a hint, and returns false. */
bool suggest_command(const struct args *, const char *given, struct error *);
bool suggest_flag(const struct args *, const char *given, struct error *); /* with its dashes */

#endif
