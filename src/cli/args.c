/* args.c - see args.h: the words of a command line, sorted by what the tables say. */
#include "cli/args.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/mem.h"
#include "cli/args_int.h"
#include "cli/suggest.h"

/* One pass over the words. */
struct parse {
    struct args *args;
    char *const *next; /* the word after the current one; NULL at the end */
    struct error *err;
};

const struct flag *args_find_flag(const struct args *args, const char *name, size_t n)
{
    for (size_t i = args->depth; i-- > 0;)
        flag_foreach(
            f, args->path[i]) if (strlen(f->name) == n && memcmp(f->name, name, n) == 0) return f;
    return NULL;
}

const struct flag *args_find_letter(const struct args *args, char letter)
{
    for (size_t i = args->depth; i-- > 0;)
        flag_foreach(f, args->path[i]) if (f->letter == letter ||
                                           (f->name[0] == letter && !f->name[1])) return f;
    return NULL;
}

void args_enter(struct args *args, const struct command *command)
{
    assert(args->depth < ARGS_DEPTH);
    args->path[args->depth++] = command;
    args->command = command;
}

/* `value` NULL: none was written with the flag itself. `written` is for messages: "--file". */
static bool take_flag(
    struct parse *p, const struct flag *flag, const char *written, const char *value)
{
    struct args *args = p->args;

    if (value && !flag_takes_value(flag))
        return error_set_code(p->err, EXIT_CODE_USAGE, "%s takes no value", written);
    if (!value && flag_takes_value(flag) && flag->kind != FLAG_OPTIONAL) {
        if (*p->next && strcmp(*p->next, "--") != 0)
            value = *p->next++;
        else
            return error_set_code(
                p->err, EXIT_CODE_USAGE, "%s needs a value: %s", written, flag->value);
    }
    if (value && !arg_value_check(flag, written, value, p->err))
        return false;
    arg_value_add(args, flag, value ? value : "");
    args->help = args->help || strcmp(flag->name, "help") == 0;
    args->version = args->version || strcmp(flag->name, "version") == 0;
    return true;
}

static bool take_long(struct parse *p, const char *word)
{
    const char *name = word + 2;
    size_t n = strcspn(name, "=");
    const struct flag *flag = n > 1 ? args_find_flag(p->args, name, n) : NULL;
    cleanup_free char *written = mem_strndup(word, n + 2);

    if (!flag)
        return suggest_flag(p->args, word, p->err);
    return take_flag(p, flag, written, name[n] ? name + n + 1 : NULL);
}

/* Letters behind one dash: switches, and at the end one that takes a value. */
static bool take_letters(struct parse *p, const char *word)
{
    for (const char *letter = word + 1; *letter; letter++) {
        const struct flag *flag = args_find_letter(p->args, *letter);
        const char written[] = {'-', *letter, '\0'};
        if (!flag)
            return suggest_flag(p->args, word, p->err);
        if (flag_takes_value(flag))
            return take_flag(p, flag, written, letter[1] ? letter + 1 : NULL);
        if (!take_flag(p, flag, written, NULL))
            return false;
    }
    return true;
}

static bool take_word(struct parse *p, const char *word)
{
    if (!p->args->command->commands) {
        strv_add(&p->args->words, word);
        return true;
    }
    const struct command *command = command_find(p->args->command, word);
    if (!command)
        return suggest_command(p->args, word, p->err);
    args_enter(p->args, command);
    return true;
}

static bool take_rest(struct parse *p)
{
    bool ok = true;
    for (; ok && *p->next; p->next++) {
        if (p->args->command->rest)
            strv_add(&p->args->rest, *p->next);
        else
            ok = take_word(p, *p->next);
    }
    return ok;
}

static bool check_choice(const struct args *args, const char *where, struct error *err)
{
    const char *const *choices = args->command->choices;
    cleanup_str struct str all = STR(LIMIT_MESSAGE);

    if (!choices || !args->words.n)
        return true;
    for (; *choices; choices++) {
        if (strcmp(args->words.v[0], *choices) == 0)
            return true;
        str_addf(&all, "%s%s", all.len ? ", " : "", *choices);
    }
    error_set_code(err, EXIT_CODE_USAGE, "%s\"%s\" is not known", where, args->words.v[0]);
    return error_hint(err, "one of: %s", all.s);
}

static bool check_words(const struct args *args, const char *where, struct error *err)
{
    const struct command *command = args->command;
    cleanup_free char *name = command_line_name(args->path, args->depth);

    if (args->words.n < command->words_least)
        error_set_code(err, EXIT_CODE_USAGE, "%ssomething is missing", where);
    else if (args->words.n > command->words_most)
        error_set_code(err, EXIT_CODE_USAGE, "%s\"%s\" is one word too many", where,
            args->words.v[command->words_most]);
    else
        return true;
    return error_hint(err, "usage: %s %s", name, command->synopsis ? command->synopsis : "[FLAGS]");
}

/* Now that all words are there: are they what the command takes? */
static bool check(const struct args *args, struct error *err)
{
    const struct command *command = args->command;
    cleanup_free char *name = command_line_name(args->path, args->depth);
    cleanup_free char *where = command_prefix(args->path, args->depth);

    if (command->commands) {
        error_set_code(err, EXIT_CODE_USAGE, "%sa command is missing", where);
        return error_hint(err, "\"%s --help\" lists the commands", name);
    }
    return check_words(args, where, err) && check_choice(args, where, err) &&
           (!command->check || command->check(args, err));
}

/* Whose words are somebody else's command line from here on? */
static bool is_at_rest(const struct args *args)
{
    return args->command->rest_after && args->words.n >= args->command->rest_after;
}

bool args_parse(
    const struct command *root, int argc, char *const argv[], struct args *ret, struct error *err)
{
    struct parse p = {.args = ret, .next = argv + (argc > 0), .err = err};

    *ret = (struct args){0};
    args_enter(ret, root);
    while (*p.next && !ret->help && !ret->version) {
        const char *word = *p.next;
        bool ok, ends_flags = strcmp(word, "--") == 0;
        if (ends_flags || !is_at_rest(ret))
            p.next++;
        if (ends_flags || is_at_rest(ret))
            ok = take_rest(&p);
        else if (text_starts(word, "--"))
            ok = take_long(&p, word);
        else if (word[0] == '-' && word[1])
            ok = take_letters(&p, word);
        else
            ok = take_word(&p, word);
        if (!ok)
            return false;
    }
    return ret->help || ret->version || check(ret, err);
}
