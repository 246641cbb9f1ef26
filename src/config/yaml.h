/* yaml.h - a YAML file as a tree of plain nodes, each with its line and column.
 *
 * libfyaml parses; nothing else of ccpod knows it. What is handed out is bounded whatever the
 * file holds: LIMIT_CONFIG_FILE bytes, LIMIT_YAML_DEPTH levels, LIMIT_YAML_NODES nodes after
 * aliases and merge keys ("<<") are expanded, each copy counted. Text is UTF-8 without NUL bytes.
 * One document per file; an empty file is an empty map.
 *
 *     struct node root = { 0 };
 *     if (!yaml_parse(text.s, text.len, &root, &diag))
 *         return diag_error(&diag, err);
 *     node_release(&root);
 */
#ifndef CONFIG_YAML_H
#define CONFIG_YAML_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
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
    char *text;          /* scalars: never NULL */
    struct node *items;  /* lists and maps */
    size_t n;
};

/* Reads `text` into *ret_root, a map. Findings go to diag. False if what is in *ret_root is not the
 * whole file; duplicate keys are findings too, but the rest can still be checked. */
bool yaml_parse(const char *text, size_t n, struct node *ret_root, struct diag *);

const struct node *node_get(const struct node *map, const char *key); /* NULL: not there */
const char *node_kind_name(enum node_kind);                           /* "a list" */
void node_release(struct node *);

#define cleanup_node __attribute__((cleanup(node_release)))

#endif
