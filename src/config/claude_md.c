/* claude_md.c - see claude_md.h.
 *
 * Claude takes no import from code (`...`, fenced blocks), and npm scopes, decorators and mail
 * addresses live there, so in code an "@" stays. But what is code is Claude's parser's to say, and
 * a text can be written so that it disagrees with ours: what could do harm if it were an import
 * (a path that is absolute, hidden, in the home or above) loses its "@" wherever it stands.
 *
 * Nothing of a text is looked at more than a few times, whatever stands in it: each word is
 * measured once for all its "@", and as many are tried as imports as there may be files. */
#include "config/claude_md.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/mem.h"
#include "base/path.h"
#include "config/inside.h"
#include "config/tree.h"

enum { LEVELS = 5, FILES = 200, SPAN_MAX = 240, EXCLUDED_MAX = 64 };

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
    const struct masks *masks;
    struct strv *warnings;
    size_t left;  /* bytes that may still be written in */
    size_t files; /* how often a file may still be looked for */
};

/* The word that is being looked at, as offsets in its line. */
struct word {
    size_t end;  /* at white space, "\ " being part of it */
    size_t dots; /* behind the last ".." in it; 0: there is none */
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

static struct word word_at(const char *line, size_t i)
{
    struct word word = {0};
    while (line[i] && !isspace((unsigned char)line[i])) {
        if (line[i] == '.' && line[i + 1] == '.')
            word.dots = i + 2;
        i += line[i] == '\\' && line[i + 1] == ' ' ? 2 : 1;
    }
    word.end = i;
    return word;
}

/* The path from line[i] to the end of the word. */
static bool could_harm(const char *line, size_t i, const struct word *word)
{
    char first[EXCLUDED_MAX];
    size_t n = 0, most = word->end - i < sizeof first ? word->end - i : sizeof first;
    if (!isalnum((unsigned char)line[i]) || word->dots >= i + 2)
        return true;
    while (n < most && line[i + n] != '/')
        n++;
    if (n == sizeof first) /* longer than any name that is excluded */
        return false;
    memcpy(first, line + i, n);
    first[n] = '\0';
    return tree_is_excluded(first, true);
}

static void import_text(
    struct importing *, const char *text, const char *dir, int level, struct str *out);

/* Writes in the file at `path`, as seen from `dir` (both relative to the project); false where
 * there is none to be had. */
static bool write_in(
    struct importing *im, const char *path, const char *dir, int level, struct str *out)
{
    if (level == LEVELS)
        return false;
    im->files--;

    cleanup_error struct error err = {0};
    cleanup_str struct str text = STR(im->left);
    cleanup_free char *name = mem_strdup(path);
    size_t n = strlen(name);

    while (n && strchr(".,;:!?)", name[n - 1])) /* the sentence's, not the path's */
        name[--n] = '\0';
    cleanup_free char *plain = mem_strdup(text_starts(name, "./") ? name + 2 : name);
    cleanup_free char *joined = *dir ? path_join(dir, plain) : mem_strdup(plain);
    if (!path_is_inner(joined))
        return false;
    switch (inside_read(im->project_dir, joined, im->masks, &text, NULL, &err)) {
    case INSIDE_MISSING:
        return false;
    case INSIDE_FAILED:
        strv_addf(im->warnings, "CLAUDE.md: the import %s is left as text: %s", joined, err.text);
        return false;
    case INSIDE_MASKED:
        strv_addf(im->warnings, "CLAUDE.md: the import %s is left as text: workspace.mask hides it",
            joined);
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
static size_t import_at(struct importing *im, const char *line, size_t i, struct word *word,
    bool in_code, const char *dir, int level, struct str *out)
{
    if (word->end <= i)
        *word = word_at(line, i + 1);
    /* What counts is what stands before it in the end: "@@x" must not become "@x". */
    bool begins = !out->len || isspace((unsigned char)out->s[out->len - 1]);
    bool within = out->len && isalnum((unsigned char)out->s[out->len - 1]);
    size_t len = word->end - (i + 1);

    if (!len || within || ((in_code || !begins) && !could_harm(line, i + 1, word))) {
        str_addc(out, '@');
        return 1;
    }
    if (!begins || in_code || !im->files || len >= LIMIT_PATH)
        return 1;
    cleanup_free char *path = mem_strndup(line + i + 1, len);
    return write_in(im, path, dir, level, out) ? 1 + len : 1;
}

/* One line; `code` is the state before and after it. */
static void import_line(struct importing *im, const char *line, size_t n, struct code *code,
    const char *dir, int level, struct str *out)
{
    struct word word = {0};
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
            i += import_at(im, line, i, &word, code->fence || code->span, dir, level, out);
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

char *claude_md_imports(
    const char *text, const char *project_dir, const struct masks *masks, struct strv *warnings)
{
    struct importing im = {.project_dir = project_dir,
        .masks = masks,
        .warnings = warnings,
        .left = LIMIT_IMPORTS,
        .files = FILES};
    struct str out = STR(LIMIT_CLAUDE_MD + LIMIT_IMPORTS);
    import_text(&im, text, "", 0, &out);
    return str_take(&out);
}
