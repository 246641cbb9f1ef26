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
#include "config/node.h"

/* Reads `text` into *ret_root, a map. Findings go to diag. False if what is in *ret_root is not the
 * whole file; duplicate keys are findings too, but the rest can still be checked. */
bool yaml_parse(const char *text, size_t n, struct node *ret_root, struct diag *);

#endif
