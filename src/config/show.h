/* show.h - the resolved config as a document, for `config show`.
 *
 * Values that come from the host or look secret are masked unless `reveal`, wherever they stand:
 * in env, in a service's env, in settings, inside other texts. */
#ifndef CONFIG_SHOW_H
#define CONFIG_SHOW_H

#include <jansson.h>
#include <stdbool.h>

#include "config/resolved.h"

#define SHOW_MASK "***"

/* With the keys of `config show --json`; `merged_dir` may be NULL. A new reference. */
json_t *show_json(const struct resolved *, const char *merged_dir, bool reveal);

/* The YAML file's reader gives back what this wrote; the caller frees. */
char *show_yaml(const json_t *);

/* Masks, in place: texts under keys that look secret, and the secrets of the config within any
 * text. For other documents that are shown (the create requests of --dry-run). */
void show_mask(json_t *, const struct resolved *);

#endif
