/* global_settings.h - config.yml in the ccpod home: settings of ccpod itself, not of a profile.
 *
 * A file that is not there holds the fallbacks; one with an error in it is neither read nor
 * changed. Setting a key changes its value in the text and nothing else, so comments and layout
 * stay as they are. `key` is one of the table's (autoCheckUpdates). */
#ifndef CLI_GLOBAL_SETTINGS_H
#define CLI_GLOBAL_SETTINGS_H

#include <stdbool.h>

#include "base/error.h"
#include "config/home.h"

/* As it is written in the file; the caller frees. NULL with an error. */
char *global_setting_get(const struct ccpod_home *, const char *key, struct error *);

/* A value of the wrong type is wrong usage (exit code 2). */
bool global_setting_set(
    const struct ccpod_home *, const char *key, const char *value, struct error *);

#endif
