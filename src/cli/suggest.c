/* suggest.c - see suggest.h. */
#include "cli/suggest.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "config/schema.h"

bool suggest_command(const struct args *args, const char *given, struct error *err)
{
    cleanup_strv struct strv names = {0};
    cleanup_free char *above = command_line_name(args->path, args->depth);
    cleanup_free char *where = command_prefix(args->path, args->depth);

    command_foreach(c, args->command) if (!c->hidden) strv_add(&names, c->name);
    const char *near = nearest_text(given, &names);
    error_set_code(err, EXIT_CODE_USAGE, "%sthere is no command \"%s\"", where, given);
    if (near)
        return error_hint(err, "did you mean \"%s %s\"?", above, near);
    return error_hint(err, "\"%s --help\" lists the commands", above);
}

/* The first flag that begins with the letter: `-f` is what other programs call `--follow`. */
static char *flag_for_letter(const struct args *args, char letter)
{
    for (size_t i = args->depth; i-- > 0;)
        flag_foreach(f, args->path[i])
        {
            if (f->name[1] && f->name[0] == letter)
                return mem_printf("--%s", f->name);
        }
    return NULL;
}

/* The nearest flag as it is written, or NULL; the caller frees. */
static char *nearest_flag(const struct args *args, const char *given)
{
    cleanup_strv struct strv names = {0};

    if (given[1] != '-')
        return given[2] ? NULL : flag_for_letter(args, given[1]);
    cleanup_free char *name = mem_strndup(given + 2, strcspn(given + 2, "="));
    for (size_t i = args->depth; i-- > 0;)
        flag_foreach(f, args->path[i]) if (f->name[1]) strv_add(&names, f->name);
    const char *near = nearest_text(name, &names);
    return near ? mem_printf("--%s", near) : NULL;
}

bool suggest_flag(const struct args *args, const char *given, struct error *err)
{
    const char *own = args->command->dash_hint;
    cleanup_free char *command = command_line_name(args->path, args->depth);
    cleanup_free char *where = command_prefix(args->path, args->depth);
    cleanup_free char *near = nearest_flag(args, given);

    error_set_code(err, EXIT_CODE_USAGE, "%sthere is no flag \"%s\"", where, given);
    if (near && own)
        return error_hint(err, "did you mean \"%s\"? Otherwise: %s", near, own);
    if (near)
        return error_hint(err, "did you mean \"%s\"?", near);
    if (own)
        return error_hint(err, "%s", own);
    return error_hint(err, "\"%s --help\" lists the flags", command);
}
