/* tree.h - what of a Claude config tree is configuration: a live ~/.claude may serve as one. */
#ifndef CONFIG_TREE_H
#define CONFIG_TREE_H

#include <stdbool.h>

/* Never part of a tree, from either side: credentials and .git anywhere, what Claude keeps for
 * itself (projects, todos, history.jsonl, ...) at the top. `name` is one component. */
bool tree_is_excluded(const char *name, bool at_top);

#endif
