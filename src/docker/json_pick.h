/* json_pick.h - reads a JSON array of objects, and of each only the members that somebody will look
 * at. The engine's list of containers says four times more than ccpod asks for, and jansson reads
 * it byte by byte: of a long list that is most of the time.
 *
 *     static const struct json_pick labels[] = {{"com.example.kind", NULL}, {NULL, NULL}};
 *     static const struct json_pick entry[] = {{"Id", NULL}, {"Labels", labels}, {NULL, NULL}};
 *     json = json_pick(text, n, entry);
 *
 * Of members that nobody asks for it is not said whether they are JSON. */
#ifndef DOCKER_JSON_PICK_H
#define DOCKER_JSON_PICK_H

#include <jansson.h>
#include <stddef.h>

/* A member to read, by its name as it is spelled in the text; the last row has none. */
struct json_pick {
    const char *key;
    const struct json_pick *members; /* of its value, which is an object; NULL: all of it */
};

/* A new reference; NULL: the text is not such an array, jansson may say why. */
json_t *json_pick(const char *text, size_t n, const struct json_pick *);

#endif
