/* error.c - see error.h. */
#include "base/error.h"

#include <assert.h>
#include <stdarg.h>
#include <stdlib.h>

#include "base/mem.h"

__attribute__((format(printf, 3, 0))) static void set(
    struct error *err, int exit_code, const char *fmt, va_list ap)
{
    if (error_is_set(err))
        return;
    err->exit_code = exit_code;
    err->text = mem_vprintf(fmt, ap);
}

bool error_set(struct error *err, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    set(err, EXIT_CODE_FAILED, fmt, ap);
    va_end(ap);
    return false;
}

bool error_set_code(struct error *err, int exit_code, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    set(err, exit_code, fmt, ap);
    va_end(ap);
    return false;
}

bool error_wrap(struct error *err, const char *fmt, ...)
{
    assert(error_is_set(err));
    va_list ap;
    va_start(ap, fmt);
    cleanup_free char *doing = mem_vprintf(fmt, ap);
    va_end(ap);
    cleanup_free char *why = err->text;
    err->text = mem_printf("%s: %s", doing, why);
    return false;
}

bool error_hint(struct error *err, const char *fmt, ...)
{
    assert(error_is_set(err));
    if (err->hint)
        return false;
    va_list ap;
    va_start(ap, fmt);
    err->hint = mem_vprintf(fmt, ap);
    va_end(ap);
    return false;
}

void error_copy(struct error *to, const struct error *from)
{
    if (error_is_set(to) || !error_is_set(from))
        return;
    to->exit_code = from->exit_code;
    to->text = mem_strdup(from->text);
    to->hint = mem_strdup(from->hint);
}

void error_move(struct error *to, struct error *from)
{
    if (error_is_set(to)) {
        error_clear(from);
        return;
    }
    *to = *from;
    *from = (struct error){0};
}

void error_add(struct error *to, struct error *from)
{
    if (error_is_set(to) && error_is_set(from)) {
        cleanup_free char *first = to->text;
        to->text = mem_printf("%s\n%s", first, from->text);
        if (!to->hint)
            to->hint = take(from->hint);
    }
    error_move(to, from);
}

void error_clear(struct error *err)
{
    free(err->text);
    free(err->hint);
    *err = (struct error){0};
}
