/* trust_text.h - what a project asks for, for the person who decides whether to trust it. */
#ifndef CLI_TRUST_TEXT_H
#define CLI_TRUST_TEXT_H

#include <stdbool.h>

#include "base/str.h"
#include "config/resolved.h"

/* Adds what needs trust, a line each. `wants` is of the snapshot (config/snapshot.h). */
void trust_text(const char *project_dir, const struct strv *wants, struct str *out);

/* Shows it and asks, where the project needs trust, has none, and there is somebody to ask. Either
 * answer is remembered for this content. After a yes resolve again, with
 * resolve_flags.trusted_hash. */
bool trust_ask(const struct ccpod_home *, const struct resolved *, bool *ret_yes, struct error *);

#endif
