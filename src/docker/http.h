/* http.h - one HTTP/1.1 answer, parsed from bytes split anywhere (RFC 9112, by llhttp).
 *
 * Pure: bytes in, callbacks out; docker/call.h does the input and output. Interim answers (100,
 * 103) are passed over. Where an upgrade was asked for, 101 and 200 both mean that the stream
 * begins: http_feed() then tells how many of the bytes belong to it. */
#ifndef DOCKER_HTTP_H
#define DOCKER_HTTP_H

#include <llhttp.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "base/str.h"

struct http_events {
    void (*head)(void *user); /* status and headers are known */
    void (*body)(void *user, const char *bytes, size_t n);
    void (*end)(void *user); /* the answer is complete */
};

struct http {
    llhttp_t parser;
    const struct http_events *events;
    void *user;
    int status;
    struct str head; /* "name: value\n" per field, names in lower case */
    bool in_value;
    bool is_head_request; /* HEAD: no body whatever the header says */
    bool wants_upgrade;
    bool upgraded, has_head, complete;
};

void http_init(struct http *, const struct http_events *, void *user);
void http_release(struct http *);

/* Feeds bytes; *ret_rest is how many at the end belong to the upgraded stream. False where this
 * is not HTTP, or the header is too large. */
bool http_feed(struct http *, const char *bytes, size_t n, size_t *ret_rest, struct error *);

/* The peer has closed: that ends an answer without a length; false where it was cut. */
bool http_finish(struct http *, struct error *);

/* The value of a header field (name in lower case), as text cut to `size`; false: not there. */
bool http_field(const struct http *, const char *name, char *ret, size_t size);

#endif
