/* args_value.c - see args.h: the values of flags, and looking things up in tables. */
#include <assert.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/mem.h"
#include "cli/args.h"
#include "cli/args_int.h"
#include "config/values.h"

enum { NANOSECONDS_IN_MS = 1000000, NANOSECONDS_IN_S = 1000000000 };

bool flag_takes_value(const struct flag *flag)
{
    return flag->kind != FLAG_SWITCH && flag->kind != FLAG_COUNT;
}

static bool read_duration(const char *text, long long *ret_ms)
{
    long long ns;
    if (!value_duration(text, &ns) || ns < NANOSECONDS_IN_MS)
        return false;
    *ret_ms = ns / NANOSECONDS_IN_MS;
    return true;
}

/* A part of a second counts as one: nobody is given less time than was asked for. */
static bool read_seconds(const struct flag *flag, const char *text, long long *ret)
{
    long long ns;
    if (!value_duration(text, &ns) || ns > flag->most * NANOSECONDS_IN_S)
        return false;
    *ret = ns / NANOSECONDS_IN_S + (ns % NANOSECONDS_IN_S != 0);
    return *ret >= flag->least;
}

bool arg_value_check(
    const struct flag *flag, const char *written, const char *value, struct error *err)
{
    long long number;

    if (!*value)
        return error_set_code(err, EXIT_CODE_USAGE, "%s needs a value: %s", written, flag->value);
    if (flag->kind == FLAG_NUMBER && !text_number(value, flag->least, flag->most, &number))
        return error_set_code(err, EXIT_CODE_USAGE,
            "%s: \"%s\" is not a whole number from %lld to %lld", written, value, flag->least,
            flag->most);
    if (flag->kind == FLAG_DURATION && !read_duration(value, &number))
        error_set_code(err, EXIT_CODE_USAGE, "%s: \"%s\" is not a duration", written, value);
    else if (flag->kind == FLAG_SECONDS && !read_seconds(flag, value, &number))
        error_set_code(err, EXIT_CODE_USAGE, "%s: \"%s\" is not a duration from %lld to %lld s",
            written, value, flag->least, flag->most);
    else
        return true;
    return error_hint(err, "write it as 90s, 1m30s, 500ms, or a number of seconds");
}

void arg_value_add(struct args *args, const struct flag *flag, const char *text)
{
    struct arg_value *value = args->values;

    while (value < args->values + args->n_values && value->flag != flag)
        value++;
    if (value == args->values + args->n_values) {
        args->values = mem_resize(args->values, args->n_values + 1, sizeof *args->values);
        value = &args->values[args->n_values++];
        *value = (struct arg_value){.flag = flag};
    }
    strv_add(&value->texts, text);
}

void args_release(struct args *args)
{
    for (size_t i = 0; i < args->n_values; i++)
        strv_release(&args->values[i].texts);
    free(args->values);
    strv_release(&args->words);
    strv_release(&args->rest);
    *args = (struct args){0};
}

/* The flag of that name; asking for one that no table has is a programming error. */
static const struct flag *known(const struct args *args, const char *name)
{
    for (size_t i = args->depth; i-- > 0;)
        flag_foreach(f, args->path[i]) if (strcmp(f->name, name) == 0) return f;
    assert(!"a flag that no table has");
    return NULL;
}

static const struct strv *texts_of(const struct args *args, const struct flag *flag)
{
    static const struct strv none;
    for (size_t i = 0; i < args->n_values; i++)
        if (args->values[i].flag == flag)
            return &args->values[i].texts;
    return &none;
}

bool args_flag(const struct args *args, const char *name)
{
    return texts_of(args, known(args, name))->n > 0;
}

unsigned args_count(const struct args *args, const char *name)
{
    const struct flag *flag = known(args, name);
    assert(flag->kind == FLAG_COUNT);
    size_t n = texts_of(args, flag)->n;
    return n < UINT_MAX ? (unsigned)n : UINT_MAX;
}

static const char *last_text(const struct args *args, const struct flag *flag)
{
    const struct strv *texts = texts_of(args, flag);
    return texts->n ? texts->v[texts->n - 1] : flag->fallback;
}

const char *args_text(const struct args *args, const char *name)
{
    const struct flag *flag = known(args, name);
    assert(flag->kind == FLAG_TEXT || flag->kind == FLAG_OPTIONAL);
    const char *text = last_text(args, flag);
    return text && *text ? text : NULL;
}

const struct strv *args_list(const struct args *args, const char *name)
{
    const struct flag *flag = known(args, name);
    assert(flag->kind == FLAG_LIST);
    return texts_of(args, flag);
}

long long args_number(const struct args *args, const char *name)
{
    const struct flag *flag = known(args, name);
    const char *text = last_text(args, flag);
    long long number = 0;
    assert(flag->kind == FLAG_NUMBER || flag->kind == FLAG_SECONDS);
    if (text && !(flag->kind == FLAG_SECONDS ? read_seconds(flag, text, &number)
                                             : text_number(text, flag->least, flag->most, &number)))
        assert(!"a fallback that is no such number");
    return number;
}

long long args_duration_ms(const struct args *args, const char *name)
{
    const struct flag *flag = known(args, name);
    const char *text = last_text(args, flag);
    long long ms = 0;
    assert(flag->kind == FLAG_DURATION);
    if (text && !read_duration(text, &ms))
        assert(!"a fallback that is no duration");
    return ms;
}

const struct command *command_find(const struct command *above, const char *name)
{
    command_foreach(c, above) if (strcmp(c->name, name) == 0) return c;
    return NULL;
}

static char *joined(const struct command *const *path, size_t n, const char *end)
{
    cleanup_str struct str name = STR(LIMIT_PATH);
    for (size_t i = 0; i < n; i++)
        str_addf(&name, "%s%s", i ? " " : "", path[i]->name);
    str_addz(&name, n ? end : "");
    return str_take(&name);
}

char *command_line_name(const struct command *const *path, size_t depth)
{
    return joined(path, depth, "");
}

char *command_prefix(const struct command *const *path, size_t depth)
{
    return joined(path + 1, depth - 1, ": ");
}
