/* HTTP answers: however the bytes are split, the same head and body come out, and no more bytes
 * than went in. The first byte chooses the kind of request and the size of the pieces. */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/limits.h"
#include "docker/http.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct outcome {
    struct str body; /* and the upgraded stream's bytes */
    unsigned heads, ends;
    int status;
    bool ok, complete;
};

static void on_head(void *user)
{
    ((struct outcome *)user)->heads++;
}

static void on_body(void *user, const char *bytes, size_t n)
{
    str_add(&((struct outcome *)user)->body, bytes, n);
}

static void on_end(void *user)
{
    ((struct outcome *)user)->ends++;
}

static const struct http_events events = {on_head, on_body, on_end};

static void feed(const char *bytes, size_t n, size_t piece, unsigned kind, struct outcome *ret)
{
    cleanup_error struct error err = {0};
    struct http http;
    *ret = (struct outcome){.body = STR(LIMIT_HTTP_ANSWER), .ok = true};
    http_init(&http, &events, ret);
    http.wants_upgrade = kind & 1;
    http.is_head_request = kind & 2;
    for (size_t at = 0; at < n && ret->ok; at += piece) {
        size_t now = n - at < piece ? n - at : piece, rest = now;
        if (!http.upgraded) {
            ret->ok = http_feed(&http, bytes + at, now, &rest, &err);
            assert(rest <= now && (http.upgraded || rest == 0));
        }
        if (http.upgraded)
            str_add(&ret->body, bytes + at + now - rest, rest);
    }
    if (ret->ok)
        http_finish(&http, &err);
    assert(ret->heads <= 1 && ret->ends <= 1 && ret->body.len <= n);
    ret->status = http.status;
    ret->complete = http.complete || http.upgraded;
    char field[LIMIT_FOREIGN_TEXT];
    http_field(&http, "content-type", field, sizeof field);
    http_release(&http);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct outcome whole, split;
    if (!size)
        return 0;
    unsigned kind = data[0] & 3;
    const char *bytes = (const char *)data + 1;
    feed(bytes, size - 1, size, kind, &whole);
    feed(bytes, size - 1, 1 + (data[0] >> 2), kind, &split);
    assert(whole.complete == split.complete);
    assert(!whole.complete || (whole.status == split.status && whole.body.len == split.body.len &&
                                  memcmp(whole.body.s, split.body.s, whole.body.len) == 0));
    str_release(&whole.body);
    str_release(&split.body);
    return 0;
}
