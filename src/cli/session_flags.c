/* session_flags.c - see session_flags.h. */
#include "cli/session_flags.h"

#include "base/json.h"
#include "base/log.h"
#include "tty/detach.h"
#include "tty/guardian.h"

bool session_flags_check(const struct args *args, struct error *err)
{
    struct detach detach;
    if (detach_init(&detach, args_text(args, "detach-keys"), err))
        return true;
    err->exit_code = EXIT_CODE_USAGE;
    return false;
}

bool session_words_check(const struct strv *words, struct error *err)
{
    if (json_check_texts(words, "the argument", err))
        return true;
    err->exit_code = EXIT_CODE_USAGE;
    return false;
}

void session_guard(void)
{
    cleanup_error struct error why = {0};
    if (!guardian_start(&why))
        log_detail("%s", why.text);
}
