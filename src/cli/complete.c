/* complete.c - see complete.h. Words before the cursor are read leniently: whatever they are, what
 * follows can still be completed. */
#include "cli/complete.h"

#include <string.h>

#include "base/mem.h"
#include "cli/args_int.h"
#include "config/home.h"
#include "config/profile.h"
#include "config/project.h"

struct cursor {
    struct args at;            /* the command, and the flags given so far */
    const struct flag *last;   /* the word before was this flag */
    const struct flag *wanted; /* the next word is its value */
    bool ended;                /* behind "--" */
    struct str *out;
};

/* A flag whose value may follow in the next word becomes the last one. */
static void pass_flag(struct cursor *c, const char *word)
{
    const struct flag *flag = NULL;
    const char *value = NULL;

    if (text_starts(word, "--")) {
        size_t n = strcspn(word + 2, "=");
        flag = args_find_flag(&c->at, word + 2, n);
        value = word[2 + n] ? word + 2 + n + 1 : NULL;
    } else {
        while (*++word && !(flag && flag_takes_value(flag)))
            flag = args_find_letter(&c->at, *word);
        value = *word ? word : NULL;
    }
    if (!flag || !flag_takes_value(flag))
        return;
    if (value)
        arg_value_add(&c->at, flag, value);
    else
        c->last = flag;
    c->wanted = value || flag->kind == FLAG_OPTIONAL ? NULL : flag;
}

static void pass_word(struct cursor *c, const char *word)
{
    const struct flag *last = take(c->last);
    const struct command *command = c->ended ? NULL : command_find(c->at.command, word);

    if (last && strcmp(word, "=") == 0) {
        c->wanted = last; /* bash makes three words of --flag=value */
    } else if (c->wanted) {
        arg_value_add(&c->at, take(c->wanted), word);
    } else if (command) {
        args_enter(&c->at, command);
    } else if (c->ended || word[0] != '-') {
        strv_add(&c->at.words, word);
    } else if (strcmp(word, "--") == 0) {
        c->ended = true;
    } else {
        pass_flag(c, word);
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
    struct ccpod_home home = {0};
    cleanup_strv struct strv names = {0};
    cleanup_error struct error err = {0};

    if (!home_find(&home, &err))
        return;
    profile_names(&home, &names);
    for (size_t i = 0; i < names.n; i++)
        offer(c, begun, prefix, names.v[i], NULL);
    home_release(&home);
}

/* The text of a global flag, where there is such a flag. */
static const char *global_text(const struct cursor *c, const char *name)
{
    return args_find_flag(&c->at, name, strlen(name)) ? args_text(&c->at, name) : NULL;
}

static void offer_services_of(
    struct cursor *c, const struct services *services, struct strv *seen, const char *begun)
{
    for (size_t i = 0; i < services->n; i++) {
        const char *name = services->items[i].name;
        if (!strv_has(seen, name))
            offer(c, begun, "", name, NULL);
        strv_add(seen, name);
    }
}

/* Those of the profile and the project, as far as these can be read. */
static void offer_services(struct cursor *c, const char *begun)
{
    struct ccpod_home home = {0};
    struct project project = {0};
    struct profile profile = {0};
    cleanup_strv struct strv seen = {0};
    cleanup_error struct error err = {0};
    const char *dir = global_text(c, "C"), *name = global_text(c, "profile");

    if (home_find(&home, &err)) {
        project_read(&home, dir ? dir : ".", false, &project, &err);
        profile_read(&home, project_profile(&project, name), &profile, &err);
    }
    offer_services_of(c, &profile.services, &seen, begun);
    offer_services_of(c, &project.services, &seen, begun);
    profile_release(&profile);
    project_release(&project);
    home_release(&home);
}

static void offer_commands(struct cursor *c, const struct command *above, const char *begun)
{
    command_foreach(command, above) if (!command->hidden)
        offer(c, begun, "", command->name, command->summary);
}

/* Those below the command that the words lead to. */
static void offer_commands_at(struct cursor *c, const char *begun)
{
    const struct command *above = c->at.path[0];
    for (size_t i = 0; above && i < c->at.words.n; i++)
        above = command_find(above, c->at.words.v[i]);
    if (above)
        offer_commands(c, above, begun);
}

static void offer_kind(struct cursor *c, enum complete kind, const char *begun, const char *prefix)
{
    switch (kind) {
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
    case COMPLETE_SERVICE:
        offer_services(c, begun);
        break;
    case COMPLETE_COMMAND:
        offer_commands_at(c, begun);
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
        offer_kind(c, flag->complete, equals + 1, prefix);
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
    const struct command *at = c->at.command;
    unsigned most = at->complete_most ? at->complete_most : at->words_most;
    const char *const *choice = c->at.words.n ? NULL : at->choices;

    offer_commands(c, at, begun);
    for (; choice && *choice; choice++)
        offer(c, begun, "", *choice, NULL);
    if (c->at.words.n < most)
        offer_kind(c, at->complete, begun, "");
}

void complete(const struct command *root, const struct strv *words, struct str *out)
{
    struct cursor c = {.out = out};
    const char *begun = words->n ? words->v[words->n - 1] : "";

    args_enter(&c.at, root);
    for (size_t i = 0; i + 1 < words->n; i++)
        pass_word(&c, words->v[i]);
    if (c.last && strcmp(begun, "=") == 0) {
        c.wanted = c.last;
        begun = "";
    }
    if (c.wanted)
        offer_kind(&c, c.wanted->complete, begun, "");
    else if (c.ended && c.at.command->rest)
        str_addz(out, ":file\n");
    else if (begun[0] == '-' && !c.ended)
        offer_flags(&c, begun);
    else
        offer_words(&c, begun);
    args_release(&c.at);
}
