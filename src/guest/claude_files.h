/* claude_files.h - Claude Code's JSON files as the guest reads and writes them: bounded, through
 * no link, of the expected owner; see safe_fs.h and base/credentials.h. */
#ifndef GUEST_CLAUDE_FILES_H
#define GUEST_CLAUDE_FILES_H

#include <jansson.h>

#include "guest/safe_make.h"

#define CLAUDE_CREDENTIALS ".credentials.json"
#define CLAUDE_JSON        ".claude.json"
#define CLAUDE_SETTINGS    "settings.json"

/* On SAFE_FOUND *ret is the caller's; else it is left alone. */
enum safe_found claude_read_credentials(
    const struct safe_dir *, const char *name, uid_t owner, json_t **ret, struct error *);
enum safe_found claude_read_json(
    const struct safe_dir *, const char *name, uid_t owner, json_t **ret, struct error *);

/* Mode 0600, in one line: what was not too large to be read is not too large for the next one. */
bool claude_write_json(
    const struct safe_dir *, const char *name, const json_t *, enum safe_way, struct error *);

long long claude_now_ms(void); /* since 1970 */

#endif
