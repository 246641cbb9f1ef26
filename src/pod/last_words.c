/* last_words.c - see last_words.h. */
#include "pod/last_words.h"

#include <string.h>

#include "base/limits.h"
#include "base/mem.h"
#include "docker/frames.h"

void last_words_begin(
    struct call *c, struct op *parent, const struct engine *engine, const char *id)
{
    call_begin(c, parent, engine,
        &(struct call_spec){
            .method = "GET",
            .path =
                mem_printf("/containers/%s/logs?stdout=1&stderr=1&tail=%d", id, LAST_WORDS_LINES),
            .head_ms = 10 * SECOND,
            .tolerated = {404, 409, 500, 501}
    });
    c->op.quiet = true;
}

static void keep(void *user, enum frames_stream stream, const char *bytes, size_t n)
{
    (void)stream;
    str_add(user, bytes, n);
}

char *last_words(const struct call *c)
{
    cleanup_str struct str text = STR(LIMIT_MESSAGE / 2);
    struct str lines = STR(LIMIT_MESSAGE);
    struct frames frames = {.payload = keep, .user = &text};
    char *rest = NULL;

    if (c->status == 200)
        frames_feed(&frames, c->body.s, c->body.len);
    for (char *line = strtok_r(text.s, "\r\n", &rest); line; line = strtok_r(NULL, "\r\n", &rest))
        str_addf(&lines, "\n  %.*s", LIMIT_FOREIGN_TEXT, line);
    return str_take(&lines);
}
