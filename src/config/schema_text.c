/* schema_text.c - see schema.h: tables in words, and structs back into JSON. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/map.h"
#include "base/mem.h"
#include "config/schema.h"
#include "config/values.h"

enum { NEAR = 3, WORD_MAX = 64 };

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* How many letters must be changed, added, removed, or swapped with their neighbour. */
static size_t distance(const char *a, const char *b)
{
    size_t n = strlen(a), m = strlen(b);
    size_t rows[3][WORD_MAX + 1], *before = rows[0], *above = rows[1], *row = rows[2];

    if (n > WORD_MAX || m > WORD_MAX)
        return WORD_MAX;
    for (size_t k = 0; k <= m; k++)
        above[k] = k;
    for (size_t i = 1; i <= n; i++) {
        row[0] = i;
        for (size_t k = 1; k <= m; k++) {
            size_t cost = a[i - 1] != b[k - 1];
            row[k] = least(least(above[k] + 1, row[k - 1] + 1), above[k - 1] + cost);
            if (i > 1 && k > 1 && a[i - 1] == b[k - 2] && a[i - 2] == b[k - 1])
                row[k] = least(row[k], before[k - 2] + 1);
        }
        size_t *spare = before;
        before = above;
        above = row;
        row = spare;
    }
    return above[m];
}

/* Nothing else is near to a word of two letters. */
static bool is_swapped(const char *a, const char *b)
{
    return strlen(a) == 2 && strlen(b) == 2 && a[0] == b[1] && a[1] == b[0];
}

const char *nearest_text(const char *text, const struct strv *candidates)
{
    const char *found = NULL;
    /* A short word is near to everything: a third of its letters may differ. */
    size_t best = least(NEAR, strlen(text) / 3) + 1;
    for (size_t i = 0; i < candidates->n; i++) {
        const char *candidate = candidates->v[i];
        size_t d = is_swapped(text, candidate) ? 0 : distance(text, candidate);
        if (d < best) {
            best = d;
            found = candidate;
        }
    }
    return found;
}

const char *schema_nearest(const struct setting *table, const char *key, unsigned level)
{
    const char *found = NULL;
    size_t best = least(NEAR, strlen(key) / 3 + 1) + 1;
    for (const struct setting *row = table; row->key; row++) {
        size_t d = row->only && !(row->only & level) ? WORD_MAX : distance(key, row->key);
        if (d < best) {
            best = d;
            found = row->key;
        }
    }
    return found;
}

char *schema_keys(const struct setting *table, unsigned level)
{
    cleanup_str struct str text = STR(LIMIT_MESSAGE);
    for (const struct setting *row = table; row->key; row++)
        if (!row->only || (row->only & level))
            str_addf(&text, "%s%s", text.len ? ", " : "", row->key);
    return str_take(&text);
}

json_t *json_of_texts(const struct strv *texts)
{
    json_t *list = json_array();
    for (size_t i = 0; i < texts->n; i++)
        json_array_append_new(list, json_string(texts->v[i]));
    return list;
}

json_t *json_of_map(const struct map *map)
{
    json_t *object = json_object();
    map_foreach (e, map)
        json_object_set_new(object, e->key, json_string(e->value));
    return object;
}

static json_t *taken(char *text)
{
    json_t *json = json_string(text);
    free(text);
    return json;
}

/* A quantity; none where it is not set. */
static json_t *write_amount(const struct setting *row, long long amount)
{
    if (!amount && !row->fallback)
        return NULL;
    if (row->type == SETTING_SIZE)
        return taken(value_size_text(amount));
    if (row->type == SETTING_CPUS)
        return taken(value_cpus_text(amount));
    if (row->type == SETTING_DURATION)
        return taken(value_duration_text(amount));
    return json_integer(amount);
}

static json_t *write_row(const struct setting *row, const void *base)
{
    const void *field = (const char *)base + row->at;
    const char *word;
    switch (row->type) {
    case SETTING_TEXT:
        return *(char *const *)field ? json_string(*(char *const *)field) : NULL;
    case SETTING_BOOL:
        return json_boolean(*(const bool *)field);
    case SETTING_WORD:
        word = row->words[*(const int *)field];
        return *word ? json_string(word) : NULL;
    case SETTING_NUMBER:
    case SETTING_SIZE:
    case SETTING_CPUS:
    case SETTING_DURATION:
        return write_amount(row, *(const long long *)field);
    case SETTING_TEXTS:
        return json_of_texts(field);
    case SETTING_TEXT_MAP:
        return json_of_map(field);
    case SETTING_GROUP:
        return schema_write(row->group, field);
    case SETTING_CUSTOM:
        return row->write(field);
    }
    return NULL;
}

json_t *schema_write(const struct setting *table, const void *base)
{
    json_t *object = json_object();
    for (const struct setting *row = table; row->key; row++) {
        json_t *value = write_row(row, base);
        if (value && row->type == SETTING_GROUP && !json_object_size(value)) {
            json_decref(value);
            continue;
        }
        if (value)
            json_object_set_new(object, row->key, value);
    }
    return object;
}

json_t *schema_write_key(const struct setting *table, const char *key, const void *base)
{
    for (const struct setting *row = table; row->key; row++)
        if (strcmp(row->key, key) == 0)
            return write_row(row, base);
    assert(!"a key of the table");
    return NULL;
}
