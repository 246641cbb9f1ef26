/* args_int.h - between parsing and values, for this folder alone. */
#ifndef CLI_ARGS_INT_H
#define CLI_ARGS_INT_H

#include "cli/args.h"

/* Is the value one that the flag takes? `written` names the flag as the user did. */
bool arg_value_check(const struct flag *, const char *written, const char *value, struct error *);

void arg_value_add(struct args *, const struct flag *, const char *text);

#endif
