/* global_settings.c - see global_settings.h. */
#include "cli/global_settings.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/json.h"
#include "base/limits.h"
#include "base/mem.h"
#include "base/path.h"
#include "config/schema.h"
#include "config/yaml.h"

struct global_settings {
    bool auto_check_updates;
};

/* clang-format off */
static const struct setting settings[] = {
    { .key = "autoCheckUpdates", .type = SETTING_BOOL, .fallback = "true",
      .at = offsetof(struct global_settings, auto_check_updates),
      .help = "look for a newer ccpod once a day" },
    { 0 },
};
/* clang-format on */

/* The file: as text, as nodes, and what it says. */
struct source {
    char *path; /* links resolved: an edit must not put a file in place of a link */
    struct str text;
    struct node root;
    struct global_settings values;
};

static void source_release(struct source *source)
{
    free(source->path);
    str_release(&source->text);
    node_release(&source->root);
}

static bool parse(struct source *source, struct error *err)
{
    cleanup_diag struct diag diag;
    struct schema schema;

    diag_init(&diag, source->path);
    schema_init(&schema, &diag, LEVEL_PROFILE);
    node_release(&source->root);
    source->values = (struct global_settings){0};
    if (yaml_parse(source->text.s, source->text.len, &source->root, &diag))
        schema_read(&schema, settings, &source->root, &source->values);
    schema_release(&schema);
    return diag_error(&diag, err);
}

static bool read_source(const struct ccpod_home *home, struct source *source, struct error *err)
{
    *source = (struct source){.path = home_config_file(home), .text = STR(LIMIT_CONFIG_FILE)};
    if (file_exists(source->path)) {
        char *real = path_real(source->path, err);
        if (!real)
            return false;
        free(source->path);
        source->path = real;
        if (!file_read(source->path, FILE_NO_LINKS, &source->text, err))
            return false;
    }
    return parse(source, err);
}

static char *value_of(const struct source *source, const char *key)
{
    cleanup_json json_t *all = schema_write(settings, &source->values);
    return json_dumps(json_object_get(all, key), JSON_ENCODE_ANY);
}

char *global_setting_get(const struct ccpod_home *home, const char *key, struct error *err)
{
    struct source source;
    char *value = read_source(home, &source, err) ? value_of(&source, key) : NULL;
    source_release(&source);
    return value;
}

/* The byte where the text of a node begins; places count lines and characters from 1. NULL where
 * something else stands there, such as a tag, or where an alias makes it another key's value,
 * which then stands before this key. */
static char *find_text(const struct str *text, const struct node *node)
{
    char *at = text->s;
    if (node->at.line < node->key_at.line)
        return NULL;
    for (int line = 1; at && line < node->at.line; line++) {
        at = strchr(at, '\n');
        at = at ? at + 1 : NULL;
    }
    for (int column = 1; at && *at && column < node->at.column; column++)
        do
            at++;
        while (((unsigned char)*at & 0xc0) == 0x80);
    return at && text_starts(at, node->text) ? at : NULL;
}

/* Puts the value in place of the one that is there, or on a line of its own at the end. */
static void change(struct source *source, const char *key, const char *value)
{
    const struct node *node = node_get(&source->root, key);
    const char *at = node ? find_text(&source->text, node) : NULL;
    struct str changed = STR(LIMIT_CONFIG_FILE);

    if (at) {
        str_add(&changed, source->text.s, (size_t)(at - source->text.s));
        str_addz(&changed, value);
        str_addz(&changed, at + strlen(node->text));
    } else {
        str_addz(&changed, source->text.s);
        if (changed.len && !text_ends(changed.s, "\n"))
            str_addc(&changed, '\n');
        str_addf(&changed, "%s: %s\n", key, value);
    }
    str_release(&source->text);
    source->text = changed;
}

/* Writes the changed text, if it still is a file of settings that says what it should. */
static bool write_source(const struct ccpod_home *home, struct source *source, const char *key,
    const char *value, struct error *err)
{
    cleanup_error struct error broken = {0};
    cleanup_free char *now = parse(source, &broken) ? value_of(source, key) : NULL;

    if (source->text.full || !now || strcmp(now, value) != 0) {
        error_set(err, "%s: its layout leaves no place for a change", source->path);
        return error_hint(err, "write %s: %s into it by hand", key, value);
    }
    return home_make(home, home->dir, err) &&
           file_replace(source->path, source->text.s, source->text.len, 0600, err);
}

bool global_setting_set(
    const struct ccpod_home *home, const char *key, const char *value, struct error *err)
{
    struct source source;

    if (strcmp(value, "true") != 0 && strcmp(value, "false") != 0)
        return error_set_code(err, EXIT_CODE_USAGE, "%s must be true or false", key);
    bool ok = read_source(home, &source, err);
    if (ok) {
        change(&source, key, value);
        ok = write_source(home, &source, key, value, err);
    }
    source_release(&source);
    return ok;
}
