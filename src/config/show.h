/* show.h - the resolved config as text, for `config show`. Values that come from the host or look
 * secret are masked unless `reveal`. */
#ifndef CONFIG_SHOW_H
#define CONFIG_SHOW_H

#include <jansson.h>
#include <stdbool.h>

#include "config/resolved.h"

/* With the keys of `config show --json`; `merged_dir` may be NULL. A new reference. */
json_t *show_json(const struct resolved *, const char *merged_dir, bool reveal);

/* Any JSON as YAML that our own parser reads back to the same; the caller frees. */
char *show_yaml(const json_t *);

#endif
