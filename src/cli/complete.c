/* complete.c - see complete.h. Words before the cursor are read leniently: whatever they are, what
 * follows can still be completed. */
#include "cli/complete.h"

#include <string.h>

#include "base/mem.h"
#include "cli/args_int.h"
#include "config/home.h"
#include "config/profile.h"

struct cursor {
    struct args at;            /* only its path is used */
    const struct flag *last;   /* the word before was this flag */
    const struct flag *wanted; /* the next word is its value */
    bool ended;                /* behind "--" */
    size_t words;              /* of the command, so far */
    struct str *out;
};

/* The flag that a word names, if its value can follow in the next one. */
static const struct flag *flag_of(const struct cursor *c, const char *word)
{
    const struct flag *flag = NULL;

    if (text_starts(word, "--")) {
        flag = strchr(word, '=') ? NULL : args_find_flag(&c->at, word + 2, strlen(word + 2));
    } else {
        for (word++; *word; word++) {
            flag = args_find_letter(&c->at, *word);
            if (flag && flag_takes_value(flag))
                return word[1] ? NULL : flag;
        }
    }
    return flag && flag_takes_value(flag) ? flag : NULL;
}

static void pass_word(struct cursor *c, const char *word)
{
    const struct flag *last = take(c->last);
    const struct command *command = c->ended ? NULL : command_find(c->at.command, word);

    if (last && strcmp(word, "=") == 0) {
        c->wanted = last; /* bash makes three words of --flag=value */
    } else if (c->wanted) {
        c->wanted = NULL;
    } else if (command) {
        args_enter(&c->at, command);
    } else if (c->ended || word[0] != '-') {
        c->words++;
    } else if (strcmp(word, "--") == 0) {
        c->ended = true;
    } else {
        c->last = flag_of(c, word);
        c->wanted = c->last && c->last->kind != FLAG_OPTIONAL ? c->last : NULL;
    }
}

static void offer(
    struct cursor *c, const char *begun, const char *prefix, const char *word, const char *what)
{
    if (text_starts(word, begun)) {
        str_addf(c->out, "%s%s", prefix, word);
        if (what)
            str_addf(c->out, "\t%s", what);
        str_addc(c->out, '\n');
    }
}

static void offer_profiles(struct cursor *c, const char *begun, const char *prefix)
{
    struct ccpod_home home = { 0 };
    cleanup_strv struct strv names = { 0 };
    cleanup_error struct error err = { 0 };

    if (!home_find(&home, &err))
        return;
    profile_names(&home, &names);
    for (size_t i = 0; i < names.n; i++)
        offer(c, begun, prefix, names.v[i], NULL);
    home_release(&home);
}

static void offer_values(
    struct cursor *c, const struct flag *flag, const char *begun, const char *prefix)
{
    switch (flag->complete) {
    case COMPLETE_NOTHING:
        break;
    case COMPLETE_FILE:
        str_addz(c->out, ":file\n");
        break;
    case COMPLETE_DIR:
        str_addz(c->out, ":dir\n");
        break;
    case COMPLETE_PROFILE:
        offer_profiles(c, begun, prefix);
        break;
    }
}

static void offer_flags(struct cursor *c, const char *begun)
{
    const char *equals = strchr(begun, '=');
    size_t n = equals ? (size_t)(equals - begun) : 0;
    const struct flag *flag = n > 2 ? args_find_flag(&c->at, begun + 2, n - 2) : NULL;

    if (flag && flag_takes_value(flag)) {
        cleanup_free char *prefix = mem_strndup(begun, n + 1);
        offer_values(c, flag, equals + 1, prefix);
        return;
    }
    for (size_t i = c->at.depth; i-- > 0;) {
        flag_foreach(f, c->at.path[i])
        {
            cleanup_free char *written = mem_printf("%s%s", f->name[1] ? "--" : "-", f->name);
            offer(c, begun, "", written, f->help);
        }
    }
}

static void offer_words(struct cursor *c, const char *begun)
{
    command_foreach(command, c->at.command) if (!command->hidden)
        offer(c, begun, "", command->name, command->summary);
    const char *const *choice = c->words ? NULL : c->at.command->choices;
    for (; choice && *choice; choice++)
        offer(c, begun, "", *choice, NULL);
}

void complete(const struct command *root, const struct strv *words, struct str *out)
{
    struct cursor c = { .out = out };
    const char *begun = words->n ? words->v[words->n - 1] : "";

    args_enter(&c.at, root);
    for (size_t i = 0; i + 1 < words->n; i++)
        pass_word(&c, words->v[i]);
    if (c.last && strcmp(begun, "=") == 0) {
        c.wanted = c.last;
        begun = "";
    }
    if (c.wanted)
        offer_values(&c, c.wanted, begun, "");
    else if (c.ended && c.at.command->rest)
        str_addz(out, ":file\n");
    else if (begun[0] == '-' && !c.ended)
        offer_flags(&c, begun);
    else
        offer_words(&c, begun);
}
