/* schema.c - see schema.h: reading by table. */
#include "config/schema.h"

#include <assert.h>
#include <stdarg.h>
#include <stdlib.h>

#include "base/limits.h"
#include "base/map.h"
#include "base/mem.h"
#include "config/values.h"

void schema_init(struct schema *schema, struct diag *diag, unsigned level)
{
    *schema = (struct schema){.diag = diag, .level = level, .path = STR(LIMIT_PATH)};
}

void schema_release(struct schema *schema)
{
    str_release(&schema->path);
}

/* What does not fit is not added; leaving works all the same. */
size_t schema_enter(struct schema *schema, const char *key)
{
    size_t mark = schema->path.len;
    str_addf(&schema->path, "%s%s", mark ? "." : "", key);
    return mark;
}

size_t schema_enter_item(struct schema *schema, size_t i)
{
    size_t mark = schema->path.len;
    str_addf(&schema->path, "[%zu]", i);
    return mark;
}

void schema_leave(struct schema *schema, size_t mark)
{
    str_cut(&schema->path, mark, schema->path.len - mark);
}

bool schema_bad(struct schema *schema, const struct node *node, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    cleanup_free char *why = mem_vprintf(fmt, ap);
    va_end(ap);
    return diag_add(schema->diag, node->at, schema->path.s, "%s", why);
}

static bool is_kind(struct schema *schema, const struct node *node, enum node_kind kind)
{
    return node->kind == kind || schema_bad(schema, node, "must be %s, not %s",
                                     node_kind_name(kind), node_kind_name(node->kind));
}

bool schema_is_list(struct schema *schema, const struct node *node)
{
    return is_kind(schema, node, NODE_LIST);
}

bool schema_is_map(struct schema *schema, const struct node *node)
{
    return is_kind(schema, node, NODE_MAP);
}

const char *schema_scalar(struct schema *schema, const struct node *node)
{
    if (node->text && node->kind != NODE_NULL)
        return node->text;
    schema_bad(schema, node, "must be text, not %s", node_kind_name(node->kind));
    return NULL;
}

/* A text, strictly: a bare number or boolean is likely a mistake, unless the setting is loose. */
static const char *text_of(
    struct schema *schema, const struct setting *row, const struct node *node)
{
    if (node->kind == NODE_TEXT || (row->loose && node->text && node->kind != NODE_NULL))
        return node->text;
    schema_bad(schema, node, "must be %s, not %s%s",
        row->allowed && row->type == SETTING_TEXT ? row->allowed : "text",
        node_kind_name(node->kind), node->text && *node->text ? ": put it in quotes" : "");
    return NULL;
}

/* Says that a value does not do. Private ones (a key in the wrong place) are not repeated. */
static bool refuse(struct schema *schema, const struct setting *row, const struct node *node)
{
    const char *allowed = row->allowed ? row->allowed : "something else";
    if (row->private || !node->text)
        return schema_bad(schema, node, "must be %s", allowed);
    cleanup_free char *shown = value_shown(node->text);
    return schema_bad(schema, node, "is %s and must be %s", shown, allowed);
}

static void *field_of(const struct setting *row, void *base)
{
    return (char *)base + row->at;
}

static bool word_index(const struct setting *row, const char *text, int *ret)
{
    for (int i = 0; *text && row->words[i]; i++)
        if (strcmp(row->words[i], text) == 0) {
            *ret = i;
            return true;
        }
    return false;
}

/* The values that one scalar holds, from the file or from `fallback`. */
static bool set_scalar(const struct setting *row, const char *text, void *field)
{
    switch (row->type) {
    case SETTING_TEXT:
        if (row->check && !row->check(text))
            return false;
        free(*(char **)field);
        *(char **)field = mem_strdup(text);
        return true;
    case SETTING_BOOL:
        *(bool *)field = text[0] == 't' || text[0] == 'T';
        return true;
    case SETTING_WORD:
        return word_index(row, text, field);
    case SETTING_NUMBER:
        return text_number(text, row->least, row->most, field);
    case SETTING_SIZE:
        return value_size(text, field) && *(long long *)field >= row->least;
    case SETTING_CPUS:
        return value_cpus(text, field) && *(long long *)field >= row->least;
    case SETTING_DURATION:
        return value_duration(text, field) && *(long long *)field >= row->least;
    case SETTING_TEXTS:
    case SETTING_TEXT_MAP:
    case SETTING_GROUP:
    case SETTING_CUSTOM:
        break;
    }
    assert(!"a scalar setting");
    return false;
}

static void read_texts(
    struct schema *schema, const struct setting *row, const struct node *list, struct strv *ret)
{
    if (!schema_is_list(schema, list))
        return;
    for (size_t i = 0; i < list->n; i++) {
        size_t mark = schema_enter_item(schema, i);
        const char *text = text_of(schema, row, &list->items[i]);
        if (text && row->check && !row->check(text))
            refuse(schema, row, &list->items[i]);
        else if (text)
            strv_add(ret, text);
        schema_leave(schema, mark);
    }
}

static void read_text_map(
    struct schema *schema, const struct setting *row, const struct node *map, struct map *ret)
{
    if (!schema_is_map(schema, map))
        return;
    for (size_t i = 0; i < map->n; i++) {
        const struct node *entry = &map->items[i];
        size_t mark = schema_enter(schema, entry->key);
        const char *text = schema_scalar(schema, entry);
        if (row->check && !row->check(entry->key))
            diag_add(
                schema->diag, entry->key_at, schema->path.s, "the key must be %s", row->allowed);
        else if (text)
            map_set(ret, entry->key, text);
        schema_leave(schema, mark);
    }
}

static void read_scalar(
    struct schema *schema, const struct setting *row, const struct node *node, void *field)
{
    if (row->type == SETTING_TEXT || row->type == SETTING_WORD) {
        if (!text_of(schema, row, node))
            return;
    } else if (row->type == SETTING_BOOL) {
        if (!is_kind(schema, node, NODE_BOOL))
            return;
    } else if (!node->text) {
        refuse(schema, row, node);
        return;
    }
    if (!set_scalar(row, node->text, field))
        refuse(schema, row, node);
}

static void read_row(
    struct schema *schema, const struct setting *row, const struct node *node, void *base)
{
    void *field = field_of(row, base);
    if (row->given)
        *(bool *)((char *)base + row->given) = true;
    switch (row->type) {
    case SETTING_TEXTS:
        read_texts(schema, row, node, field);
        break;
    case SETTING_TEXT_MAP:
        read_text_map(schema, row, node, field);
        break;
    case SETTING_GROUP:
        if (schema_is_map(schema, node))
            schema_read(schema, row->group, node, field);
        break;
    case SETTING_CUSTOM:
        row->read(schema, node, field);
        break;
    case SETTING_TEXT:
    case SETTING_BOOL:
    case SETTING_WORD:
    case SETTING_NUMBER:
    case SETTING_SIZE:
    case SETTING_CPUS:
    case SETTING_DURATION:
        read_scalar(schema, row, node, field);
        break;
    }
}

static void set_fallback(const struct setting *row, void *base)
{
    if (row->type == SETTING_GROUP)
        schema_defaults(row->group, field_of(row, base));
    else if (row->fallback && !set_scalar(row, row->fallback, field_of(row, base)))
        assert(!"a fallback is a valid value");
}

void schema_defaults(const struct setting *table, void *base)
{
    for (const struct setting *row = table; row->key; row++)
        set_fallback(row, base);
}

static bool is_for(const struct setting *row, unsigned level)
{
    return !row->only || (row->only & level);
}

static const struct setting *find_row(const struct setting *table, const char *key)
{
    for (const struct setting *row = table; row && row->key; row++)
        if (strcmp(row->key, key) == 0)
            return row;
    return NULL;
}

static void check_key(struct schema *schema, const struct setting *table, const struct node *entry)
{
    if (text_starts(entry->key, "x-"))
        return;
    const struct setting *row = find_row(table, entry->key);
    bool known = row || (!schema->path.len && find_row(schema->others, entry->key));
    if (row && is_for(row, schema->level))
        return;
    size_t mark = schema_enter(schema, entry->key);
    const char *near = schema_nearest(table, entry->key, schema->level);
    cleanup_free char *keys = schema_keys(table, schema->level);
    if (known)
        diag_add(schema->diag, entry->key_at, schema->path.s, "only a profile may set this");
    else if (near)
        diag_add(schema->diag, entry->key_at, schema->path.s,
            "unknown setting; did you mean \"%s\"?", near);
    else
        diag_add(schema->diag, entry->key_at, schema->path.s,
            "unknown setting; there are %s (and x-...)", keys);
    schema_leave(schema, mark);
}

void schema_read(
    struct schema *schema, const struct setting *table, const struct node *map, void *base)
{
    static const struct node nothing = {.kind = NODE_MAP};

    for (size_t i = 0; i < map->n; i++)
        check_key(schema, table, &map->items[i]);
    for (const struct setting *row = table; row->key; row++) {
        const struct node *node = node_get(map, row->key);
        if (!is_for(row, schema->level))
            node = NULL;
        size_t mark = schema_enter(schema, row->key);
        if (node && node->kind != NODE_NULL) {
            set_fallback(row, base);
            read_row(schema, row, node, base);
        } else if (row->required) {
            struct place at = node ? node->at : map->at;
            diag_add(schema->diag, at, schema->path.s, "is missing, and must be %s",
                row->allowed ? row->allowed : "given");
        } else if (row->type == SETTING_GROUP) {
            struct node absent = nothing;
            absent.at = node ? node->at : map->at;
            schema_read(schema, row->group, &absent, field_of(row, base));
        } else {
            set_fallback(row, base);
        }
        schema_leave(schema, mark);
    }
}
