/* The manual page ccpod.yml(5) and the tables of settings: each names the same keys, in the same
 * files, with the same defaults and words. */
#include <string.h>

#include "base/limits.h"
#include "base/map.h"
#include "config/project.h"
#include "config_fixture.h"

/* A key as the page has it, without "NAME" and "[]": services.image. */
struct key {
    char *path;
    unsigned levels; /* who may set it */
    const struct setting *row;
};

struct keys {
    struct key items[200];
    size_t n;
};

static struct key *find_key(struct keys *keys, const char *path)
{
    for (size_t i = 0; i < keys->n; i++)
        if (strcmp(keys->items[i].path, path) == 0)
            return &keys->items[i];
    assert_in_range(keys->n, 0, array_size(keys->items) - 1);
    struct key *key = &keys->items[keys->n++];
    *key = (struct key){.path = mem_strdup(path)};
    return key;
}

static void collect(
    struct keys *keys, const struct setting *table, const char *prefix, unsigned level)
{
    for (const struct setting *row = table; row->key; row++) {
        cleanup_free char *path = mem_printf("%s%s", prefix, row->key);
        cleanup_free char *below = mem_printf("%s.", path);
        if (row->only && !(row->only & level))
            continue;
        if (row->type != SETTING_GROUP) {
            struct key *key = find_key(keys, path);
            key->levels |= level;
            key->row = row;
        }
        if (row->group)
            collect(keys, row->group, below, level);
    }
}

/* Cuts each `part` out. */
static void cut_all(char *text, const char *part)
{
    for (char *at = text; (at = strstr(at, part));)
        memmove(at, at + strlen(part), strlen(at + strlen(part)) + 1);
}

/* A line of the page as it is read: no macro, no font, no escape. */
static void make_plain(char *line)
{
    static const char *const fonts[] = {"\\fB", "\\fI", "\\fR", "\\fP", "\\"};
    size_t macro = line[0] == '.' ? strcspn(line, " ") : 0;
    memmove(line, line + macro, strlen(line + macro) + 1);
    for (size_t i = 0; i < array_size(fonts); i++)
        cut_all(line, fonts[i]);
}

static unsigned section_levels(const char *line)
{
    return strcmp(line, ".SH KEYS OF BOTH FILES") == 0          ? LEVEL_PROFILE | LEVEL_PROJECT
           : strcmp(line, ".SH KEYS OF profile.yml ALONE") == 0 ? LEVEL_PROFILE
           : strcmp(line, ".SH KEYS OF .ccpod.yml ALONE") == 0  ? LEVEL_PROJECT
                                                                : 0;
}

/* The page's entries: "LEVELS" and what stands in them, by key. */
static void read_page(struct map *levels, struct map *texts)
{
    cleanup_error struct error err = {0};
    cleanup_str struct str page = STR(MIB);
    cleanup_free char *key = mem_strdup("");
    unsigned section = 0;
    bool tag = false;

    assert_true(file_read(MANUAL, FILE_FOLLOW, &page, &err));
    for (char *next = page.s, *line; (line = strsep(&next, "\n"));) {
        if (text_starts(line, ".SH"))
            section = section_levels(line);
        bool begins = strcmp(line, ".TP") == 0;
        if (!section || begins || text_starts(line, ".S")) {
            tag = begins;
            continue;
        }
        make_plain(line);
        if (tag) {
            free(key);
            key = mem_strdup(line + strspn(line, " "));
            cut_all(key, ".NAME");
            cut_all(key, "[]");
            if (map_get(texts, key))
                fail_msg("%s has two entries", key);
            map_setf(levels, key, "%u", section);
            map_set(texts, key, "");
        } else if (*key) {
            cleanup_free char *before = mem_strdup(map_get(texts, key));
            map_setf(texts, key, "%s%s ", before, line);
        }
        tag = false;
    }
}

static void check_entry(const struct key *key, const char *text)
{
    const struct setting *row = key->row;
    if (row->fallback) {
        cleanup_free char *fallback = mem_printf("default %s", row->fallback);
        if (!strstr(text, fallback))
            fail_msg("%s: the page does not say \"%s\"", key->path, fallback);
    } else if (strstr(text, "; default ")) {
        fail_msg("%s: the page tells a default, and there is none", key->path);
    }
    if (row->required && !strstr(text, "required"))
        fail_msg("%s: the page does not say that it is required", key->path);
    for (size_t i = 0; row->words && row->words[i]; i++)
        if (!strstr(text, row->words[i]))
            fail_msg("%s: the page does not name \"%s\"", key->path, row->words[i]);
}

static void page_and_tables_agree(void **state)
{
    struct keys keys = {0};
    cleanup_map struct map levels = {0}, texts = {0};

    (void)state;
    collect(&keys, profile_settings, "", LEVEL_PROFILE);
    collect(&keys, project_settings, "", LEVEL_PROJECT);
    read_page(&levels, &texts);
    for (size_t i = 0; i < keys.n; i++) {
        const struct key *key = &keys.items[i];
        cleanup_free char *wanted = mem_printf("%u", key->levels);
        const char *found = map_get(&levels, key->path);
        if (!found)
            fail_msg("%s: the page has no entry", key->path);
        if (strcmp(found, wanted) != 0)
            fail_msg("%s: the page has it in the section of other files", key->path);
        check_entry(key, map_get(&texts, key->path));
        map_remove(&levels, key->path);
    }
    map_foreach (e, &levels)
        fail_msg("%s: the page has an entry, and there is no such key", e->key);
    for (size_t i = 0; i < keys.n; i++)
        free(keys.items[i].path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(page_and_tables_agree),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
