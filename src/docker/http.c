/* http.c - see http.h. */
#include "docker/http.h"

#include <ctype.h>
#include <string.h>

#include "base/limits.h"

static struct http *self(llhttp_t *parser)
{
    return parser->data;
}

static int on_message_begin(llhttp_t *parser)
{
    struct http *h = self(parser);
    str_clear(&h->head);
    h->in_value = false;
    return 0;
}

static int on_field(llhttp_t *parser, const char *bytes, size_t n)
{
    struct http *h = self(parser);
    if (h->in_value) {
        str_addc(&h->head, '\n');
        h->in_value = false;
    }
    size_t at = h->head.len;
    if (!str_add(&h->head, bytes, n))
        return -1;
    for (; at < h->head.len; at++)
        h->head.s[at] = (char)tolower((unsigned char)h->head.s[at]);
    return 0;
}

static int on_value(llhttp_t *parser, const char *bytes, size_t n)
{
    struct http *h = self(parser);
    if (!h->in_value && !str_addz(&h->head, ": "))
        return -1;
    h->in_value = true;
    return str_add(&h->head, bytes, n) ? 0 : -1;
}

/* What llhttp makes of it: 0 the body as the header says, 1 no body, 2 no body and an upgrade. */
static int on_headers_complete(llhttp_t *parser)
{
    struct http *h = self(parser);
    h->status = parser->status_code;
    if (h->status / 100 == 1 && h->status != 101)
        return 0;
    h->has_head = true;
    h->upgraded = h->wants_upgrade && (h->status == 101 || h->status == 200);
    h->events->head(h->user);
    if (h->upgraded)
        return 2;
    /* Of these the header may promise a body that never comes. */
    return h->is_head_request || h->status == 204 || h->status == 304 ? 1 : 0;
}

static int on_body(llhttp_t *parser, const char *bytes, size_t n)
{
    struct http *h = self(parser);
    h->events->body(h->user, bytes, n);
    return 0;
}

static int on_message_complete(llhttp_t *parser)
{
    struct http *h = self(parser);
    if (!h->has_head || h->upgraded)
        return 0;
    h->complete = true;
    h->events->end(h->user);
    /* What follows an answer is nobody's: no second request goes out on this connection. */
    return HPE_PAUSED;
}

static const llhttp_settings_t settings = {
    .on_message_begin = on_message_begin,
    .on_header_field = on_field,
    .on_header_value = on_value,
    .on_headers_complete = on_headers_complete,
    .on_body = on_body,
    .on_message_complete = on_message_complete,
};

void http_init(struct http *h, const struct http_events *events, void *user)
{
    *h = (struct http){.events = events, .user = user};
    str_init(&h->head, LIMIT_HTTP_HEAD);
    llhttp_init(&h->parser, HTTP_RESPONSE, &settings);
    h->parser.data = h;
}

void http_release(struct http *h)
{
    str_release(&h->head);
}

static bool not_http(struct http *h, enum llhttp_errno why, struct error *err)
{
    if (h->head.full)
        return error_set(err, "the answer's header is larger than %d bytes", LIMIT_HTTP_HEAD);
    return error_set(err, "the answer is not HTTP (%s)", llhttp_errno_name(why));
}

bool http_feed(struct http *h, const char *bytes, size_t n, size_t *ret_rest, struct error *err)
{
    *ret_rest = 0;
    if (h->complete)
        return true;
    enum llhttp_errno rc = llhttp_execute(&h->parser, bytes, n);
    if (h->upgraded) {
        *ret_rest = n;
        if (rc == HPE_PAUSED_UPGRADE) {
            *ret_rest = (size_t)(bytes + n - llhttp_get_error_pos(&h->parser));
            llhttp_resume_after_upgrade(&h->parser);
        }
        return true;
    }
    if (rc != HPE_OK && !h->complete)
        return not_http(h, rc, err);
    return true;
}

bool http_finish(struct http *h, struct error *err)
{
    if (h->complete || h->upgraded)
        return true;
    if (h->has_head && llhttp_finish(&h->parser) == HPE_OK && h->complete)
        return true;
    if (h->complete)
        return true;
    return error_set(err, "the engine %s",
        h->has_head ? "broke off in the middle of its answer"
                    : "closed the connection without an answer");
}

bool http_field(const struct http *h, const char *name, char *ret, size_t size)
{
    size_t n = strlen(name);
    for (const char *line = h->head.s; *line; line += strcspn(line, "\n"), line += *line == '\n') {
        if (strncmp(line, name, n) == 0 && line[n] == ':') {
            const char *value = line + n + 2;
            snprintf(ret, size, "%.*s", (int)strcspn(value, "\n"), value);
            return true;
        }
    }
    return false;
}
