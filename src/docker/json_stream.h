/* json_stream.h - objects out of a stream of JSON that arrives split at any byte: /events,
 * /images/create, /build.
 *
 * Objects stand one behind the other; what separates them differs between engines (nothing, LF,
 * CRLF, the record separator) and is passed over. Anything else between them breaks the stream,
 * and so do an object beyond LIMIT_JSON_OBJECT and one that is no JSON. Pure: bytes in, objects
 * out; one object at most is held. */
#ifndef DOCKER_JSON_STREAM_H
#define DOCKER_JSON_STREAM_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "base/str.h"

struct json_stream {
    struct str text; /* of the object that is being read */
    unsigned depth;  /* of braces and brackets; 0: between two objects */
    bool in_string, escaped;
    bool broken;
    void (*object)(void *user, const json_t *); /* it must not release the stream */
    void *user;
};

void json_stream_init(struct json_stream *, void (*object)(void *user, const json_t *), void *user);
void json_stream_release(struct json_stream *);

/* Feeds bytes; false once the stream is broken: nothing more comes out of it then. */
bool json_stream_feed(struct json_stream *, const char *bytes, size_t n, struct error *);

/* Is the stream inside an object? At its end that means it was cut. */
static inline bool json_stream_is_inside(const struct json_stream *s)
{
    return s->depth > 0;
}

#endif
