/* claude_md.c - see claude_md.h.
 *
 * Claude takes no import from code (`...`, fenced blocks), and npm scopes, decorators and mail
 * addresses live there, so in code an "@" stays. But what is code is Claude's parser's to say, and
 * a text can be written so that it disagrees with ours: what could do harm if it were an import
 * (a path that is absolute, hidden, in the home or above) loses its "@" wherever it stands. */
#include "config/claude_md.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/mem.h"
#include "base/path.h"
#include "config/inside.h"
#include "config/tree.h"

enum { LEVELS = 5, FILES = 200, SPAN_MAX = 240 };

char *claude_md_join(const char *profiles, const char *projects, enum claude_md_mode mode)
{
    const char *first = profiles ? profiles : "", *second = projects ? projects : "";
    size_t n = strlen(first);

    second += strspn(second, "\n");
    while (n && first[n - 1] == '\n')
        n--;
    if (!*second)
        return mem_strdup(n ? first : "");
    if (mode == CLAUDE_MD_OVERRIDE || !n)
        return mem_strdup(second);
    return mem_printf("%.*s\n\n---\n\n%s", (int)n, first, second);
}

struct importing {
    const char *project_dir;
    struct strv *warnings;
    size_t left;  /* bytes that may still be written in */
    size_t files; /* files that may */
};

/* Where in Markdown we are. */
struct code {
    char fence; /* '`' or '~' in a fenced block */
    size_t fence_len;
    size_t span; /* length of the run of backticks that opened a span; 0: none */
};

static size_t run_of(const char *s, char c)
{
    size_t n = 0;
    while (s[n] == c)
        n++;
    return n;
}

/* Looks at the beginning of a line for a fence; true if the line is one. */
static bool take_fence(struct code *code, const char *line)
{
    line += strspn(line, " ");
    char c = *line;
    size_t n = c == '`' || c == '~' ? run_of(line, c) : 0;
    if (n < 3)
        return false;
    if (!code->fence) {
        code->fence = c;
        code->fence_len = n;
        code->span = 0;
        return true;
    }
    if (c == code->fence && n >= code->fence_len &&
        strcspn(line + n, "\n") == strspn(line + n, " "))
        code->fence = '\0';
    return true;
}

/* Is there a run of exactly n backticks soon, and before the next empty line? */
static bool span_ends(const char *s, size_t n)
{
    for (const char *end = s + strnlen(s, SPAN_MAX); s < end; s++) {
        if (s[0] == '\n' && s[1] == '\n')
            return false;
        size_t found = run_of(s, '`');
        if (found == n)
            return true;
        s += found ? found - 1 : 0;
    }
    return false;
}

/* The length of the path behind an "@": to white space, "\ " being part of it. */
static size_t path_length(const char *s)
{
    size_t n = 0;
    while (s[n] && !isspace((unsigned char)s[n]))
        n += s[n] == '\\' && s[n + 1] == ' ' ? 2 : 1;
    return n;
}

static bool could_harm(const char *path)
{
    cleanup_free char *first = mem_strndup(path, strcspn(path, "/"));
    return !isalnum((unsigned char)*path) || strstr(path, "..") || tree_is_excluded(first, true);
}

static void import_text(
    struct importing *, const char *text, const char *dir, int level, struct str *out);

/* Writes in the file at `path`, as seen from `dir` (both relative to the project); false where
 * there is none to be had. */
static bool write_in(
    struct importing *im, const char *path, const char *dir, int level, struct str *out)
{
    cleanup_error struct error err = {0};
    cleanup_str struct str text = STR(im->left);
    cleanup_free char *name = mem_strdup(path);
    size_t n = strlen(name);

    while (n && strchr(".,;:!?)", name[n - 1])) /* the sentence's, not the path's */
        name[--n] = '\0';
    cleanup_free char *plain = mem_strdup(text_starts(name, "./") ? name + 2 : name);
    cleanup_free char *joined = *dir ? path_join(dir, plain) : mem_strdup(plain);
    if (level == LEVELS || !im->files || !path_is_inner(joined))
        return false;
    im->files--;
    switch (inside_read(im->project_dir, joined, &text, NULL, &err)) {
    case INSIDE_MISSING:
        return false;
    case INSIDE_FAILED:
        strv_addf(im->warnings, "CLAUDE.md: the import %s is left as text: %s", joined, err.text);
        return false;
    case INSIDE_FOUND:
        break;
    }
    if (memchr(text.s, '\0', text.len))
        return false;
    im->left -= text.len;
    cleanup_free char *below = strchr(joined, '/') ? path_dir(joined) : mem_strdup("");
    import_text(im, text.s, below, level + 1, out);
    str_addz(out, path + n);
    return true;
}

/* The "@" at line[i]: adds what stands for it and returns how many bytes of the line are done. */
static size_t import_at(struct importing *im, const char *line, size_t i, bool in_code,
    const char *dir, int level, struct str *out)
{
    /* What counts is what stands before it in the end: "@@x" must not become "@x". */
    bool begins = !out->len || isspace((unsigned char)out->s[out->len - 1]);
    bool within = out->len && isalnum((unsigned char)out->s[out->len - 1]);
    size_t len = path_length(line + i + 1);
    cleanup_free char *path = mem_strndup(line + i + 1, len);

    if (!len || within || ((in_code || !begins) && !could_harm(path))) {
        str_addc(out, '@');
        return 1;
    }
    return begins && !in_code && write_in(im, path, dir, level, out) ? 1 + len : 1;
}

/* One line; `code` is the state before and after it. */
static void import_line(struct importing *im, const char *line, size_t n, struct code *code,
    const char *dir, int level, struct str *out)
{
    for (size_t i = 0; i < n;) {
        size_t ticks = code->fence ? 0 : run_of(line + i, '`');
        if (ticks) {
            if (!code->span && span_ends(line + i + ticks, ticks))
                code->span = ticks;
            else if (code->span == ticks)
                code->span = 0;
            str_add(out, line + i, ticks);
            i += ticks;
        } else if (line[i] == '@') {
            i += import_at(im, line, i, code->fence || code->span, dir, level, out);
        } else {
            str_addc(out, line[i++]);
        }
    }
}

static void import_text(
    struct importing *im, const char *text, const char *dir, int level, struct str *out)
{
    struct code code = {0};
    while (*text) {
        size_t n = strcspn(text, "\n");
        n += text[n] == '\n';
        take_fence(&code, text);
        import_line(im, text, n, &code, dir, level, out);
        text += n;
    }
}

char *claude_md_imports(const char *text, const char *project_dir, struct strv *warnings)
{
    struct importing im = {
        .project_dir = project_dir, .warnings = warnings, .left = LIMIT_IMPORTS, .files = FILES};
    struct str out = STR(LIMIT_CLAUDE_MD + LIMIT_IMPORTS);
    import_text(&im, text, "", 0, &out);
    return str_take(&out);
}
