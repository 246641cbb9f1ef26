/* HTTP answers and multiplexed output, split at every byte. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/mem.h"
#include "docker/archive.h"
#include "docker/engine.h"
#include "docker/frames.h"
#include "docker/http.h"

struct seen {
    struct str body;
    unsigned heads, ends;
};

static void on_head(void *user)
{
    ((struct seen *)user)->heads++;
}

static void on_body(void *user, const char *bytes, size_t n)
{
    str_add(&((struct seen *)user)->body, bytes, n);
}

static void on_end(void *user)
{
    ((struct seen *)user)->ends++;
}

static const struct http_events events = {on_head, on_body, on_end};

struct answer {
    const char *bytes;
    int status;
    const char *body; /* or what belongs to the upgraded stream */
    bool head, upgrade;
};

/* Feeds an answer in two pieces; what is left over after an upgrade is the stream. */
static void feed(const struct answer *a, size_t cut)
{
    struct http http;
    struct seen seen = {.body = STR(1000)};
    struct error err = {0};
    size_t n = strlen(a->bytes), rest;

    http_init(&http, &events, &seen);
    http.is_head_request = a->head;
    http.wants_upgrade = a->upgrade;
    assert_true(http_feed(&http, a->bytes, cut, &rest, &err));
    if (rest)
        str_add(&seen.body, a->bytes + cut - rest, rest);
    if (http.upgraded)
        str_add(&seen.body, a->bytes + cut, n - cut);
    else {
        assert_true(http_feed(&http, a->bytes + cut, n - cut, &rest, &err));
        if (rest)
            str_add(&seen.body, a->bytes + n - rest, rest);
    }
    assert_true(http_finish(&http, &err));
    assert_int_equal(http.status, a->status);
    assert_int_equal(seen.heads, 1);
    assert_int_equal(seen.ends, a->upgrade ? 0 : 1);
    assert_string_equal(seen.body.s, a->body);
    str_release(&seen.body);
    http_release(&http);
}

static void reads_answers_split_anywhere(void **state)
{
    (void)state;
    static const struct answer answers[] = {
        {"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello",                               200, "hello",      0, 0},
        {"HTTP/1.1 201 Created\r\nTransfer-Encoding: "
         "chunked\r\n\r\n3\r\nabc\r\n2;x=y\r\nde\r\n0\r\nT: v\r\n\r\n",            201, "abcde",      0, 0},
        {"HTTP/1.1 204 No Content\r\n\r\n",                                                 204, "",           0, 0},
        {"HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n",                          304, "",           0, 0},
        {"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n",                                    200, "",           1, 0},
        {"HTTP/1.0 400 Bad Request\r\nConnection: close\r\n\r\nto the end",                 400, "to the end", 0,
         0                                                                                                         },
        {"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early\r\nA: b\r\n\r\nHTTP/1.1 200 "
         "OK\r\nContent-Length: 2\r\n\r\nok",                                      200, "ok",         0, 0},
        {"HTTP/1.1 101 UPGRADED\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\nfirst",       101, "first",
         0,                                                                                                       1},
        {"HTTP/1.1 200 OK\r\nContent-Type: application/vnd.docker.raw-stream\r\n\r\nfirst", 200,
         "first",                                                                                              0, 1},
    };
    for (size_t i = 0; i < array_size(answers); i++)
        for (size_t cut = 0; cut <= strlen(answers[i].bytes); cut++)
            feed(&answers[i], cut);
}

static void refuses_what_is_cut_or_no_http(void **state)
{
    (void)state;
    static const struct {
        const char *bytes, *why;
    } rows[] = {
        {"",                                                                  "closed the connection without"},
        {"HTTP/1.1 200 OK\r\nConte",                                          "closed the connection without"},
        {"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhel",                   "in the middle"                },
        {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n", "in the middle"                },
        {"SSH-2.0-OpenSSH\r\n",                                               "not HTTP"                     },
    };
    for (size_t i = 0; i < array_size(rows); i++) {
        struct http http;
        struct seen seen = {.body = STR(1000)};
        struct error err = {0};
        size_t rest;
        http_init(&http, &events, &seen);
        bool ok = http_feed(&http, rows[i].bytes, strlen(rows[i].bytes), &rest, &err) &&
                  http_finish(&http, &err);
        assert_false(ok);
        assert_non_null(strstr(err.text, rows[i].why));
        error_clear(&err);
        str_release(&seen.body);
        http_release(&http);
    }
}

static void bounds_the_header(void **state)
{
    (void)state;
    struct http http;
    struct seen seen = {.body = STR(10)};
    struct error err = {0};
    size_t rest;
    char line[1024] = "x-filler: ";

    memset(line + 10, 'a', sizeof line - 12);
    memcpy(line + sizeof line - 2, "\r\n", 2);
    http_init(&http, &events, &seen);
    bool ok = http_feed(&http, "HTTP/1.1 200 OK\r\n", 17, &rest, &err);
    for (int i = 0; ok && i < 100; i++)
        ok = http_feed(&http, line, sizeof line, &rest, &err);
    assert_false(ok);
    assert_non_null(strstr(err.text, "header is larger"));
    error_clear(&err);
    http_release(&http);
}

struct output {
    struct str out, err;
};

static void on_payload(void *user, enum frames_stream stream, const char *bytes, size_t n)
{
    struct output *o = user;
    str_add(stream == FRAMES_STDOUT ? &o->out : &o->err, bytes, n);
}

static void demultiplexes_output_split_anywhere(void **state)
{
    (void)state;
    static const char bytes[] = "\1\0\0\0\0\0\0\5hello"
                                "\2\0\0\0\0\0\0\4oops"
                                "\1\0\0\0\0\0\0\0"
                                "\0\0\0\0\0\0\0\1!";
    size_t n = sizeof bytes - 1;
    for (size_t cut = 0; cut <= n; cut++) {
        struct output o = {STR(100), STR(100)};
        struct frames f = {.payload = on_payload, .user = &o};
        assert_true(frames_feed(&f, bytes, cut));
        assert_true(frames_feed(&f, bytes + cut, n - cut));
        assert_string_equal(o.out.s, "hello!");
        assert_string_equal(o.err.s, "oops");
        assert_false(frames_is_inside(&f));
        str_release(&o.out);
        str_release(&o.err);
    }
}

static void hands_on_what_it_cannot_tell_apart(void **state)
{
    (void)state;
    struct output o = {STR(100), STR(100)};
    struct frames f = {.payload = on_payload, .user = &o};
    assert_false(frames_feed(&f, "\11\0\0\0\0\0\0\1abc", 11));
    assert_false(frames_feed(&f, "def", 3));
    assert_int_equal(o.err.len, 14);
    assert_memory_equal(o.err.s + 8, "abcdef", 6);
    str_release(&o.out);
    str_release(&o.err);
}

static void put_header(char *tar, const char *name, char type, unsigned size)
{
    memcpy(tar, name, strlen(name));
    snprintf(tar + 124, 12, "%011o", size);
    snprintf(tar + 136, 12, "%011o", 1234567890U);
    tar[156] = type;
}

static void takes_one_regular_file_out_of_an_archive(void **state)
{
    (void)state;
    char tar[512 * 6] = {0};
    struct error err = {0};
    time_t written = 0;
    cleanup_str struct str file = STR(100), small = STR(3);

    put_header(tar, "pax", 'x', 10);
    put_header(tar + 1024, "../../etc/passwd", '0', 5);
    memcpy(tar + 1536, "hello", 5);
    assert_true(archive_file(tar, sizeof tar, &file, &written, &err));
    assert_string_equal(file.s, "hello");
    assert_true(written == 1234567890);
    assert_false(archive_file(tar, sizeof tar, &small, &written, &err));
    error_clear(&err);

    static const char types[] = {'1', '2', '3', '5', '6'};
    for (size_t i = 0; i < sizeof types; i++) {
        tar[1024 + 156] = types[i];
        assert_false(archive_file(tar, sizeof tar, &file, &written, &err));
        error_clear(&err);
    }
    tar[1024 + 156] = '0';
    for (size_t n = 0; n < 1541; n++) {
        cleanup_str struct str cut = STR(100);
        assert_false(archive_file(tar, n, &cut, &written, &err));
        error_clear(&err);
    }
}

static void agrees_on_a_version(void **state)
{
    (void)state;
    static const struct {
        const char *offered, *fixed;
        int api; /* 0: an error */
    } rows[] = {
        {"1.41", NULL,    41              },
        {"1.44", NULL,    44              },
        {"1.99", NULL,    ENGINE_API_OURS },
        {"1.9",  NULL,    0               },
        {"1.40", NULL,    0               },
        {"",     NULL,    ENGINE_API_LEAST},
        {"junk", NULL,    ENGINE_API_LEAST},
        {"1.44", "1.42",  42              },
        {"1.44", "v1.42", 0               },
    };
    for (size_t i = 0; i < array_size(rows); i++) {
        struct error err = {0};
        int api = 0;
        bool ok = engine_negotiate(rows[i].offered, rows[i].fixed, &api, &err);
        assert_int_equal(ok, rows[i].api != 0);
        if (ok)
            assert_int_equal(api, rows[i].api);
        error_clear(&err);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_answers_split_anywhere),
        cmocka_unit_test(refuses_what_is_cut_or_no_http),
        cmocka_unit_test(bounds_the_header),
        cmocka_unit_test(demultiplexes_output_split_anywhere),
        cmocka_unit_test(hands_on_what_it_cannot_tell_apart),
        cmocka_unit_test(takes_one_regular_file_out_of_an_archive),
        cmocka_unit_test(agrees_on_a_version),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
