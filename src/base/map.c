/* map.c - see map.h. */
#include "base/map.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

static struct map_entry *find(const struct map *map, const char *key)
{
    for (size_t i = 0; i < map->n; i++)
        if (strcmp(map->items[i].key, key) == 0)
            return &map->items[i];
    return NULL;
}

static void put(struct map *map, const char *key, char *value)
{
    struct map_entry *e = find(map, key);
    if (e) {
        free(e->value);
        e->value = value;
        return;
    }
    map->items = mem_resize(map->items, map->n + 1, sizeof *map->items);
    map->items[map->n++] = (struct map_entry){mem_strdup(key), value};
}

void map_set(struct map *map, const char *key, const char *value)
{
    put(map, key, mem_strdup(value));
}

void map_setf(struct map *map, const char *key, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    put(map, key, mem_vprintf(fmt, ap));
    va_end(ap);
}

const char *map_get(const struct map *map, const char *key)
{
    const struct map_entry *e = find(map, key);
    return e ? e->value : NULL;
}

void map_remove(struct map *map, const char *key)
{
    struct map_entry *e = find(map, key);
    if (!e)
        return;
    free(e->key);
    free(e->value);
    memmove(e, e + 1, (size_t)(map->items + map->n - e - 1) * sizeof *e);
    map->n--;
}

void map_release(struct map *map)
{
    for (size_t i = 0; i < map->n; i++) {
        free(map->items[i].key);
        free(map->items[i].value);
    }
    free(map->items);
    *map = (struct map){0};
}
