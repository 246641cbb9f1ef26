/* yaml_budget.c - see yaml_int.h: copies of what aliases stand for, and what they cost. */
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/mem.h"
#include "config/yaml_int.h"

bool build_afford(struct build *b, struct place at, size_t nodes, size_t text)
{
    if (nodes > b->nodes || text > b->text)
        return diag_add(b->diag, at, NULL,
            "too much in one file: at most %d values and %d KiB of text, each alias counted as "
            "what it stands for",
            LIMIT_YAML_NODES, LIMIT_YAML_TEXT / KIB);
    b->nodes -= nodes;
    b->text -= text;
    return true;
}

bool build_copy(struct build *b, struct place at, const struct node *from, struct node *ret)
{
    size_t text = (from->text ? strlen(from->text) : 0) + (from->key ? strlen(from->key) : 0);
    if (!build_afford(b, at, 1, text))
        return false;
    *ret = *from;
    ret->key = mem_strdup(from->key);
    ret->text = mem_strdup(from->text);
    ret->items = from->n ? mem_zalloc(from->n * sizeof *ret->items) : NULL;
    for (ret->n = 0; ret->n < from->n;) {
        struct node *item = &ret->items[ret->n++]; /* counted first: it is released half-made */
        if (!build_copy(b, at, &from->items[ret->n - 1], item))
            return false;
    }
    return true;
}

struct anchor *build_find_anchor(const struct build *b, const char *name)
{
    for (size_t i = 0; i < b->n_anchors; i++)
        if (strcmp(b->anchors[i].name, name) == 0)
            return &b->anchors[i];
    return NULL;
}

bool build_keep_anchor(struct build *b, const char *name, const struct node *node)
{
    struct anchor *anchor = build_find_anchor(b, name);
    if (anchor) {
        node_release(&anchor->node);
    } else if (b->n_anchors == LIMIT_YAML_KEYS) {
        return diag_add(b->diag, node->at, NULL, "more than %d anchors", LIMIT_YAML_KEYS);
    } else {
        b->anchors = mem_resize(b->anchors, b->n_anchors + 1, sizeof *b->anchors);
        anchor = &b->anchors[b->n_anchors++];
        *anchor = (struct anchor){.name = mem_strdup(name)};
    }
    bool ok = build_copy(b, node->at, node, &anchor->node);
    free(anchor->node.key);
    anchor->node.key = NULL;
    return ok;
}

static int by_key(const void *a, const void *b)
{
    const struct node *const *x = a, *const *y = b;
    int order = strcmp((*x)->key, (*y)->key);
    return order ? order : *x < *y ? -1 : *x > *y;
}

void build_find_duplicates(struct build *b, const struct node *map)
{
    cleanup_free const struct node **sorted = NULL;
    if (map->n < 2)
        return;
    sorted = mem_resize(NULL, map->n, sizeof *sorted);
    for (size_t i = 0; i < map->n; i++)
        sorted[i] = &map->items[i];
    qsort(sorted, map->n, sizeof *sorted, by_key);
    for (size_t i = 1; i < map->n; i++)
        if (strcmp(sorted[i]->key, sorted[i - 1]->key) == 0)
            diag_add(b->diag, sorted[i]->key_at, sorted[i]->key,
                "the key stands here twice; it is already at line %d", sorted[i - 1]->key_at.line);
}

/* Adds the entries of one "<<" that the map has not itself. */
static bool merge_from(struct build *b, struct node *map, const struct node *from)
{
    if (from->kind != NODE_MAP)
        return diag_add(b->diag, from->at, "<<", "must be an alias to a map, or a list of such");
    for (size_t i = 0; i < from->n; i++) {
        if (node_get(map, from->items[i].key))
            continue;
        if (!build_copy(b, from->at, &from->items[i], node_add(map)))
            return false;
    }
    return true;
}

bool build_merge_keys(struct build *b, struct node *map)
{
    size_t i = 0;
    while (i < map->n && !map->items[i].merges)
        i++;
    if (i == map->n)
        return true;
    cleanup_node struct node merge = map->items[i];
    memmove(&map->items[i], &map->items[i + 1], (map->n - i - 1) * sizeof *map->items);
    map->n--;
    if (merge.kind != NODE_LIST)
        return merge_from(b, map, &merge);
    for (size_t k = 0; k < merge.n; k++)
        if (!merge_from(b, map, &merge.items[k]))
            return false;
    return true;
}

void build_release_anchors(struct build *b)
{
    for (size_t i = 0; i < b->n_anchors; i++) {
        node_release(&b->anchors[i].node);
        free(b->anchors[i].name);
    }
    free(b->anchors);
    b->anchors = NULL;
    b->n_anchors = 0;
}
