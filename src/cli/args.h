/* args.h - the command line: one table per command, from which everything about it comes: parsing,
 * --help, hints for mistyped words, completion, and the man page.
 *
 * Commands form a tree. Its root is the program, its flags are the global ones: the flags of a
 * command are accepted behind its name, those of the root anywhere. What is written:
 *
 *     --flag VALUE  --flag=VALUE     long flags; the next word is the value whatever it begins with
 *     -C DIR  -CDIR  -qvv            short ones, which may share a dash
 *     --                             ends the flags: what follows is args->rest where the command
 *                                    takes it, else ordinary words; with some commands their
 *                                    first words end the flags as well
 *
 *     struct args args = { 0 };
 *     if (args_parse(&ccpod_command, argc, argv, &args, &err))    // exit code 2 on failure
 *         code = args.command->run(&args, &err);
 *     args_release(&args);
 *
 * Of a flag that is given several times and is no list, the last one counts. A flag whose name is
 * one letter is written with one dash. Texts are the user's own: nothing is known of them but what
 * the table says.
 */
#ifndef CLI_ARGS_H
#define CLI_ARGS_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "base/str.h"

struct args;

enum flag_kind {
    FLAG_SWITCH,   /* there or not */
    FLAG_COUNT,    /* how often: -vv */
    FLAG_TEXT,     /* --file FILE */
    FLAG_LIST,     /* --env A --env B: all of them, in order */
    FLAG_NUMBER,   /* a whole number in [least, most] */
    FLAG_DURATION, /* 10s, 1m30s, 500ms, or a number of seconds; at least one millisecond */
    FLAG_SECONDS,  /* the same as a number of whole seconds, rounded up, in [least, most] */
    FLAG_OPTIONAL, /* --timing, --timing=FILE: the value needs the equals sign */
};

/* What a value or a word names, for completion. */
enum complete {
    COMPLETE_NOTHING,
    COMPLETE_FILE,
    COMPLETE_DIR,
    COMPLETE_PROFILE,
    COMPLETE_SERVICE,
    COMPLETE_COMMAND, /* words that lead down the tree of commands */
};

/* A table of flags ends with a row without a name. */
struct flag {
    const char *name; /* without dashes */
    char letter;      /* -h beside --help; 0: none */
    enum flag_kind kind;
    const char *value; /* what stands for the value in help: "FILE" */
    const char
        *fallback;    /* the value when it is not given, written as the user would; NULL: none */
    const char *help; /* one sentence without a full stop */
    long long least, most;
    enum complete complete;
};

struct example {
    const char *line; /* behind the program's name */
    const char *what;
};

/* One with subcommands has no `run`. */
struct command {
    const char *name;
    const char *synopsis; /* the words it takes: "KEY VALUE"; NULL: none */
    const char *summary;  /* one sentence without a full stop */
    const char *text;     /* more of it, paragraphs with a blank line between; NULL: none */
    const struct flag *flags;
    const struct command *const *commands; /* below it, NULL-terminated; NULL: none */
    const char *const *choices; /* what its first word may be, NULL-terminated; NULL: anything */
    enum complete complete;     /* what its words name */
    unsigned complete_most;     /* how many of them; 0: all */
    unsigned words_least, words_most;
    bool rest;             /* takes what stands behind "--" as it is */
    unsigned rest_after;   /* behind so many words also without it; 0: never */
    bool hidden;           /* not in help, completion, man page */
    const char *dash_hint; /* what to do about a word that begins with a dash and is no flag */
    struct example examples[2];

    /* What no table can say about the words and flags; NULL: nothing. Fails with code 2. */
    bool (*check)(const struct args *, struct error *);
    /* The exit code. With an error set it is the error's code that counts; main prints it. */
    int (*run)(const struct args *, struct error *);
};

#define WORDS_ANY UINT_MAX

enum { ARGS_DEPTH = 3 }; /* ccpod config show */

struct arg_value {
    const struct flag *flag;
    struct strv texts; /* as given, in order; "" for a switch */
};

struct args {
    const struct command *command; /* the last of `path` */
    const struct command *path[ARGS_DEPTH];
    size_t depth;
    struct strv words;  /* what is no flag */
    struct strv rest;   /* behind "--", if the command takes it */
    bool help, version; /* asked for: nothing behind that was looked at, nothing was checked */

    struct arg_value *values;
    size_t n_values;
};

/* On failure *ret holds what was understood so far; release it in either case. */
bool args_parse(
    const struct command *root, int argc, char *const argv[], struct args *ret, struct error *);
void args_release(struct args *);

/* Each takes the name of a flag of the command or of one above it, of the kind that fits. */
bool args_flag(const struct args *, const char *name); /* any kind: is it given? */
unsigned args_count(const struct args *, const char *name);
const char *args_text(const struct args *, const char *name); /* NULL: not given, no fallback */
const struct strv *args_list(const struct args *, const char *name); /* empty: not given */
long long args_number(const struct args *, const char *name);        /* or seconds; 0: likewise */
long long args_duration_ms(const struct args *, const char *name);   /* 0: likewise */

/* For help and completion. */
const struct command *command_find(const struct command *above, const char *name); /* or NULL */
bool flag_takes_value(const struct flag *);
char *command_line_name(const struct command *const *path, size_t depth); /* "ccpod config show" */
char *command_prefix(const struct command *const *path, size_t depth); /* "config show: ", or "" */

#define command_foreach(c, above)                                                                  \
    for (const struct command *const *c##_at = (above)->commands, *c = c##_at ? *c##_at : NULL; c; \
         c = *++c##_at)
#define flag_foreach(f, command) for (const struct flag *f = (command)->flags; f && f->name; f++)

#endif
