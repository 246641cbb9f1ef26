/* settings.h - settings.json as layers: permissions preset, profile's, project's. Pure JSON. */
#ifndef CONFIG_SETTINGS_H
#define CONFIG_SETTINGS_H

#include <jansson.h>

#include "base/str.h"
#include "config/profile.h"
#include "config/project.h"

/* What a preset stands for; an empty object for none. A new reference. */
json_t *settings_preset(enum permissions);

/* Lays `over` on top of `base`, which is changed: objects merge key by key, the later scalar wins,
 * arrays are joined (texts without repeats). enabledPlugins and extraKnownMarketplaces are added
 * to only: what the base says stays. With MERGE_OVERRIDE, `hooks` and enabledPlugins of `over`
 * replace. Both must be objects. */
void settings_lay(json_t *base, json_t *over, enum merge_mode);

/* enabledPlugins: true for each. */
void settings_enable_plugins(json_t *settings, const struct strv *plugins);

#endif
