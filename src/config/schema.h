/* schema.h - settings described once, in tables: what a key is called, what it may hold, what it
 * is when absent, who may set it, and what it is for.
 *
 * A file has one table (profile_settings, project_settings), maps inside it have tables of their
 * own (SETTING_GROUP). The tables drive reading into plain structs with all checks and defaults,
 * "did you mean", writing back as JSON (`config show`), the annotated profile that `init` writes,
 * and the documentation. A table ends with a row without a key.
 *
 *     static const struct setting ssh_settings[] = {
 *         { "agentForward", SETTING_BOOL, offsetof(struct ssh, agent_forward),
 *             .fallback = "true", .help = "forward the SSH agent" },
 *         { 0 },
 *     };
 */
#ifndef CONFIG_SCHEMA_H
#define CONFIG_SCHEMA_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/map.h"
#include "base/str.h"
#include "config/diag.h"
#include "config/yaml.h"

enum setting_type {
    SETTING_TEXT,     /* char *; NULL where absent without a fallback */
    SETTING_BOOL,     /* bool */
    SETTING_WORD,     /* int (an enum): the word's index in `words` */
    SETTING_NUMBER,   /* long long in [least, most] */
    SETTING_SIZE,     /* long long, bytes: 512m, 2g, or a number */
    SETTING_CPUS,     /* long long, billionths: 1.5 */
    SETTING_DURATION, /* long long, nanoseconds: 10s, 1m30s, or a number of seconds */
    SETTING_TEXTS,    /* struct strv: a list */
    SETTING_TEXT_MAP, /* struct map: scalars as they are written */
    SETTING_GROUP,    /* an embedded struct with the table `group` */
    SETTING_CUSTOM,   /* `read` and `write` know */
};

/* Who may write it. */
enum { LEVEL_PROFILE = 1, LEVEL_PROJECT = 2 };

struct schema;

struct setting {
    const char *key; /* one level: "agentForward"; never NULL but at the end */
    enum setting_type type;
    size_t at;                /* offset of the field */
    const char *fallback;     /* as it would be written; NULL: zero, NULL, empty */
    const char *help;         /* one line, what it is for */
    const char *allowed;      /* what values it takes, for messages and documentation */
    size_t given;             /* offset of a bool that is set when the key is there; 0: none */
    const char *const *words; /* SETTING_WORD: NULL-terminated; an empty word cannot be written */
    long long least, most;
    const struct setting *group;     /* SETTING_CUSTOM: what one of the maps in it holds, if any */
    bool (*check)(const char *text); /* of a text, or of each of a list */
    void (*read)(struct schema *, const struct node *, void *field);
    json_t *(*write)(const void *field); /* NULL: nothing to write */
    unsigned only;                       /* LEVEL_*: a setting that only this level may write */
    bool required;
    bool private; /* its value is not repeated in messages: it may be a key in the wrong place */
    bool loose;   /* a number or boolean is taken as the text it is written as */
};

/* A read in progress: carries the path of what is being read. */
struct schema {
    struct diag *diag;
    unsigned level;
    struct str path;
    const struct setting *others; /* keys of the root that are known, but not at this level */
};

void schema_init(struct schema *, struct diag *, unsigned level);
void schema_release(struct schema *);

/* Reads a map into the struct at `base`, which is zeroed; absent keys get their fallbacks. Every
 * error becomes a finding. */
void schema_read(struct schema *, const struct setting *table, const struct node *, void *base);

/* Sets all fallbacks, as reading an empty map would. */
void schema_defaults(const struct setting *table, void *base);

/* The struct at `base` as an object; what is absent is left out. */
json_t *schema_write(const struct setting *table, const void *base);

/* One key of it; NULL where it is absent. */
json_t *schema_write_key(const struct setting *table, const char *key, const void *base);

/* For readers of SETTING_CUSTOM. Entering adds ".key" or "[i]" to the path; leave with the mark
 * that was returned. */
size_t schema_enter(struct schema *, const char *key);
size_t schema_enter_item(struct schema *, size_t i);
void schema_leave(struct schema *, size_t mark);
bool schema_bad(struct schema *, const struct node *, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
bool schema_is_list(struct schema *, const struct node *); /* else says so */
bool schema_is_map(struct schema *, const struct node *);
const char *schema_scalar(struct schema *, const struct node *); /* text or number as written */

/* The keys that a level may write, "a, b, c"; the caller frees. */
char *schema_keys(const struct setting *table, unsigned level);

/* For writers. */
json_t *json_of_texts(const struct strv *);
json_t *json_of_map(const struct map *);

/* The closest of the names in a table, for "did you mean"; NULL where none is close. */
const char *schema_nearest(const struct setting *table, const char *key, unsigned level);
const char *nearest_text(const char *text, const struct strv *candidates);

#endif
