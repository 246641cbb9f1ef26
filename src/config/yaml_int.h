/* yaml_int.h - what one reading of a YAML file shares; for yaml.c, yaml_budget.c, yaml_quoted.c
 * alone. */
#ifndef CONFIG_YAML_INT_H
#define CONFIG_YAML_INT_H

#include "base/str.h"
#include "config/diag.h"
#include "config/node.h"

struct fy_parser;

struct anchor {
    char *name;
    struct node node;
};

struct build {
    struct fy_parser *parser;
    const char *input, *end; /* the file */
    struct diag *diag;
    size_t nodes, text; /* what is left of the budget */
    struct anchor *anchors;
    size_t n_anchors;
};

/* Takes from the budget; false, with a finding, when it is spent. */
bool build_afford(struct build *, struct place, size_t nodes, size_t text);

/* A copy, paid for; what was copied is in *ret even on failure. */
bool build_copy(struct build *, struct place, const struct node *from, struct node *ret);

struct anchor *build_find_anchor(const struct build *, const char *name);
bool build_keep_anchor(struct build *, const char *name, const struct node *);
void build_release_anchors(struct build *);

/* When a map is complete: keys that stand in it twice; its "<<". */
void build_find_duplicates(struct build *, const struct node *map);
bool build_merge_keys(struct build *, struct node *map);

/* The text that begins at `s`, behind its quote, and ends at the next one like it. False where it
 * has no end, or an escape that does not exist. `out` has room for end - s bytes. */
bool quoted_text(const char *s, const char *end, char quote, struct str *out);

#endif
