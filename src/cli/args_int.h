/* args_int.h - between parsing, values and completion, for this folder alone. */
#ifndef CLI_ARGS_INT_H
#define CLI_ARGS_INT_H

#include "cli/args.h"

/* Is the value one that the flag takes? `written` names the flag as the user did. */
bool arg_value_check(const struct flag *, const char *written, const char *value, struct error *);

/* One level deeper: the flags of the command are known from now on. */
void args_enter(struct args *, const struct command *);

/* A flag of any level, by its name of n bytes or its letter; NULL: none. */
const struct flag *args_find_flag(const struct args *, const char *name, size_t n);
const struct flag *args_find_letter(const struct args *, char letter);

void arg_value_add(struct args *, const struct flag *, const char *text);

#endif
