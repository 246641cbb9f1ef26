/* gitconfig.h - git's configuration file as text. Pure. */
#ifndef GUEST_GITCONFIG_H
#define GUEST_GITCONFIG_H

#include "base/str.h"

/* Adds one value, quoted so that git reads back exactly this text; nothing for NULL. */
void gitconfig_add(struct str *, const char *section, const char *key, const char *value);

#endif
