/* claude_json.h - what Claude Code's own files must say so that it comes up at its prompt, with no
 * wizard and no question. Only where the user has not answered otherwise: a key that is there
 * stays. Pure. */
#ifndef GUEST_CLAUDE_JSON_H
#define GUEST_CLAUDE_JSON_H

#include <jansson.h>
#include <stdbool.h>

/* The .claude.json of a container: the image's (NULL: none) with what the supervisor handed in
 * (NULL: nothing) over it, and the answers. `key` is the API key, NULL without one: Claude asks
 * whether to use it, and knows it again by its last characters. A new reference. */
json_t *claude_json_make(
    const json_t *image, const json_t *handed_in, const char *workspace, const char *key);

/* settings.json for bypass mode, which the user has asked for in the profile or by an option: no
 * warning to confirm. True if that was a change. */
bool claude_settings_bypass(json_t *settings);

#endif
