/* Framed output and streams of JSON objects: however the bytes are split, the same comes out. The
 * first byte chooses the size of the pieces. */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/json.h"
#include "base/limits.h"
#include "base/mem.h"
#include "docker/frames.h"
#include "docker/json_stream.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A byte per stream and one per byte of it: pieces are put together. */
static void on_frame(void *user, enum frames_stream stream, const char *bytes, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        str_addc(user, (char)('0' + stream));
        str_addc(user, bytes[i]);
    }
}

static void on_object(void *user, const json_t *object)
{
    cleanup_free char *line = json_line(object);
    str_addf(user, "%s\n", line);
}

static void feed(const char *bytes, size_t n, size_t piece, struct str *output, struct str *objects)
{
    cleanup_error struct error err = {0};
    struct frames frames = {.payload = on_frame, .user = output};
    struct json_stream stream;
    json_stream_init(&stream, on_object, objects);
    for (size_t at = 0; at < n; at += piece) {
        size_t now = n - at < piece ? n - at : piece;
        frames_feed(&frames, bytes + at, now);
        json_stream_feed(&stream, bytes + at, now, &err);
    }
    assert(output->len <= 2 * n);
    json_stream_release(&stream);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct str output[2] = {STR(LIMIT_HTTP_ANSWER), STR(LIMIT_HTTP_ANSWER)};
    struct str objects[2] = {STR(LIMIT_HTTP_ANSWER), STR(LIMIT_HTTP_ANSWER)};
    if (!size)
        return 0;
    const char *bytes = (const char *)data + 1;
    feed(bytes, size - 1, size, &output[0], &objects[0]);
    feed(bytes, size - 1, 1 + data[0], &output[1], &objects[1]);
    assert(output[0].len == output[1].len && objects[0].len == objects[1].len);
    assert(memcmp(output[0].s, output[1].s, output[0].len) == 0);
    assert(memcmp(objects[0].s, objects[1].s, objects[0].len) == 0);
    for (size_t i = 0; i < 2; i++) {
        str_release(&output[i]);
        str_release(&objects[i]);
    }
    return 0;
}
