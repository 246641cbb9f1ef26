/* session_flags.h - what the commands that show a session's terminal have in common: flags, their
 * check, and the guardian. */
#ifndef CLI_SESSION_FLAGS_H
#define CLI_SESSION_FLAGS_H

#include "cli/args.h"

/* clang-format off */
#define FLAG_DETACH_KEYS                                                                           \
    { .name = "detach-keys", .kind = FLAG_TEXT, .value = "KEYS", .fallback = "ctrl-p,ctrl-q",      \
      .help = "keys that leave the session running" }
#define FLAG_RECORD                                                                                \
    { .name = "record", .kind = FLAG_TEXT, .value = "FILE", .complete = COMPLETE_FILE,             \
      .help = "record what the terminal shows as an asciicast" }
#define FLAG_STEAL                                                                                 \
    { .name = "steal", .kind = FLAG_SWITCH,                                                        \
      .help = "take over a session that is attached elsewhere; it ends there" }
/* clang-format on */

/* Is what --detach-keys says such keys? Exit code 2 if not. */
bool session_flags_check(const struct args *, struct error *);

/* Can the engine be told these words of a command? Exit code 2 if not. */
bool session_words_check(const struct strv *, struct error *);

/* Lets a guardian look after the terminal (tty/guardian.h); without one, work goes on. */
void session_guard(void);

#endif
