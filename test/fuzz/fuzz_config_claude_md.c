/* A project's CLAUDE.md: no "@" is left that begins a word and leads to an absolute, hidden or
 * higher place. */
#include <assert.h>
#include <ctype.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "config/claude_md.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    cleanup_free char *text = mem_strndup((const char *)data, size);
    cleanup_strv struct strv warnings = {0};
    static const struct masks masks;
    cleanup_free char *out = claude_md_imports(text, "/nonexistent-project", &masks, &warnings);

    for (const char *s = out; (s = strchr(s, '@')); s++)
        assert((s > out && !isspace((unsigned char)s[-1])) || !strchr("/~.", s[1]) || !s[1]);
    return 0;
}
