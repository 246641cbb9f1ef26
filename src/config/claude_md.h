/* claude_md.h - CLAUDE.md of profile and project as one text, and the imports of a project that is
 * not trusted.
 *
 * Claude replaces `@path` in such a file by the file's content, and from the user level it would
 * read any path of the container, Claude's own credentials too. So the project's imports are
 * resolved here: relative ones that lie in the project are written in, others lose their "@". */
#ifndef CONFIG_CLAUDE_MD_H
#define CONFIG_CLAUDE_MD_H

#include "base/error.h"
#include "base/str.h"
#include "config/masks.h"
#include "config/project.h"

/* One text: the profile's, a line "---", the project's; no separator where one is empty (or NULL).
 * With CLAUDE_MD_OVERRIDE the project's alone, if it is not empty. The caller frees. */
char *claude_md_join(const char *profiles, const char *projects, enum claude_md_mode);

/* `text` with its imports written in: at most five levels and LIMIT_IMPORTS bytes, beyond which
 * they lose their "@" too. What leads out of the project, or to what `masks` hide from Claude, is
 * left as text, with a warning. The caller frees. */
char *claude_md_imports(
    const char *text, const char *project_dir, const struct masks *masks, struct strv *warnings);

#endif
