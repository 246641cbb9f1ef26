/* map.h - a small ordered text map: environments, labels. Insertion order is kept; look-up is
 * linear, which is right for the tens of entries it holds. Zeroed is empty. */
#ifndef BASE_MAP_H
#define BASE_MAP_H

#include <stddef.h>

struct map_entry {
    char *key, *value;
};

struct map {
    struct map_entry *items;
    size_t n;
};

void map_set(struct map *, const char *key, const char *value); /* copies; replaces in place */
void map_setf(struct map *, const char *key, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
const char *map_get(const struct map *, const char *key); /* NULL: not there */
void map_remove(struct map *, const char *key);
void map_release(struct map *);

#define map_foreach(e, map)                                                                        \
    for (const struct map_entry *e = (map)->items; e && e < (map)->items + (map)->n; e++)

#define cleanup_map __attribute__((cleanup(map_release)))

#endif
