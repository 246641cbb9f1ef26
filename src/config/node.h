/* node.h - what a YAML file holds, as a tree of plain nodes, each with its line and column. */
#ifndef CONFIG_NODE_H
#define CONFIG_NODE_H

#include <stdbool.h>
#include <stddef.h>

#include "config/diag.h"

enum node_kind {
    NODE_NULL, /* nothing, "~", "null" */
    NODE_BOOL, /* "true", "false", unquoted */
    NODE_NUMBER,
    NODE_TEXT,
    NODE_LIST,
    NODE_MAP,
};

/* The tree is one array per list or map. `text` of a scalar is as it was written, so that numbers
 * and booleans can be taken as text where that is wanted. */
struct node {
    enum node_kind kind;
    struct place at;
    char *key;           /* in a map: the entry's key, else NULL */
    struct place key_at; /* in a map */
    bool merges;         /* while the map is read: its key is "<<", unquoted */
    char *text;          /* scalars: never NULL */
    struct node *items;  /* lists and maps */
    size_t n;
};

const struct node *node_get(const struct node *map, const char *key); /* NULL: not there */
const char *node_kind_name(enum node_kind);                           /* "a list" */
/* What an unquoted text is: nothing, true or false, a number, or text (YAML's core schema). */
enum node_kind node_kind_of(const char *text);

struct node *node_add(struct node *parent); /* a new last item, zeroed */
void node_release(struct node *);

#define cleanup_node __attribute__((cleanup(node_release)))

#endif
