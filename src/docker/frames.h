/* frames.h - multiplexed output of a container without a terminal: 8-byte headers (stream, 0, 0,
 * 0, big-endian length) before each piece, split anywhere. Pure; nothing is buffered but a part
 * of a header. */
#ifndef DOCKER_FRAMES_H
#define DOCKER_FRAMES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum frames_stream { FRAMES_STDOUT = 1, FRAMES_STDERR = 2, FRAMES_ENGINE = 3 };

struct frames {
    unsigned char header[8];
    size_t header_len;
    uint32_t left; /* of the payload that is being read */
    enum frames_stream stream;
    bool broken; /* an unknown header came: what follows cannot be told apart */
    void (*payload)(void *user, enum frames_stream, const char *bytes, size_t n);
    void *user;
};

/* Feeds bytes; false once the framing is broken: the rest is passed on as FRAMES_ENGINE. */
bool frames_feed(struct frames *, const char *bytes, size_t n);

/* Is the stream inside a frame? At its end that means it was cut. */
static inline bool frames_is_inside(const struct frames *f)
{
    return f->header_len || f->left;
}

#endif
