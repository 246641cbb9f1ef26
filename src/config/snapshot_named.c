/* snapshot_named.c - see snapshot_int.h: which files of the project a command may mean. No shell is
 * asked: whatever in a text could be the name of a file, and is one, counts. */
#include <string.h>
#include <sys/stat.h>

#include "base/limits.h"
#include "base/mem.h"
#include "base/path.h"
#include "config/inside.h"
#include "config/snapshot_int.h"

enum { TRIES = 16 };

/* Takes a file of the project into the hash if a piece of a command is its name. */
static bool take_named(struct reading *r, const char *path)
{
    cleanup_error struct error ignored = {0};
    cleanup_str struct str content = STR(0);
    struct stat st;

    while (text_starts(path, "./"))
        path += 2;
    if (path[0] == '/' || strv_has(&r->named, path)) /* "." and ".." may be in it */
        return true;
    if (!r->words--)
        return snapshot_too_much(r, "words that may be files", LIMIT_TRUST_WORDS);
    cleanup_free char *full = path_join(r->project->dir, path);
    if (stat(full, &st) < 0 || !S_ISREG(st.st_mode))
        return true;
    strv_add(&r->named, path);
    struct error *outer = r->err;
    r->err = &ignored;
    bool ok = snapshot_file(r, path, &content) != INSIDE_FAILED;
    r->err = outer;
    if (ok)
        return true;
    /* One that leads out is nothing inside the container; one that is too large is trouble. */
    snapshot_add(r, path, 'u', "", 0);
    return !content.full && r->files > 0 ? true : error_set(r->err, "%s", ignored.text);
}

/* Every way to read a word as a path of the project: "/workspace/a/b" is "a/b", or "b". */
static bool take_word(struct reading *r, const char *word)
{
    for (int tries = 0; word && *word && tries < TRIES; tries++) {
        if (!take_named(r, word))
            return false;
        word = strchr(word, '/');
        word += word ? 1 : 0;
    }
    return true;
}

static bool take_words(struct reading *r, const char *text)
{
    static const char apart[] = " \t\r\n'\"`;|&()<>${}=,";
    while (*text) {
        text += strspn(text, apart);
        size_t n = strcspn(text, apart);
        if (n && n < LIMIT_PATH) {
            cleanup_free char *word = mem_strndup(text, n);
            if (!take_word(r, word))
                return false;
        }
        text += n;
    }
    return true;
}

bool snapshot_named(struct reading *r, json_t *json)
{
    const char *key;
    json_t *value;
    size_t i;

    if (json_is_string(json))
        return take_words(r, json_string_value(json));
    json_object_foreach(json, key, value)
    {
        if (!snapshot_named(r, value))
            return false;
    }
    json_array_foreach(json, i, value)
    {
        if (!snapshot_named(r, value))
            return false;
    }
    return true;
}
