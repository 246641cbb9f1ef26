/* The sink: no byte is lost or reordered, whatever the reader does, and flags stay as they were. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include "base/mem.h"
#include "loop/loop.h"
#include "loop/pause.h"
#include "loop/sink.h"

enum { TOTAL = 3 * 1024 * 1024, PIECE = 32 * 1024 };

/* Writes TOTAL bytes as fast as it may; the reader begins after `reader_ms`. */
struct scene {
    struct op op;
    struct sink sink;
    struct pause wait;
    uv_poll_t reader;
    int fds[2], flags;
    uint64_t reader_ms;
    size_t written, read;
    size_t most_in_memory;
    bool producing, wrong, reading, stopped_once, reader_leaves;
};

static unsigned char byte_at(size_t i)
{
    return (unsigned char)(i * 31 + (i >> 11));
}

static void produce(struct scene *s)
{
    unsigned char piece[PIECE];
    while (s->producing && s->written < TOTAL) {
        for (size_t i = 0; i < PIECE; i++)
            piece[i] = byte_at(s->written + i);
        s->written += PIECE;
        sink_write(&s->sink, piece, PIECE);
        size_t kept = s->sink.memory.len - s->sink.head;
        s->most_in_memory = kept > s->most_in_memory ? kept : s->most_in_memory;
    }
}

static void on_flow(void *user, bool on)
{
    struct scene *s = user;
    s->producing = on;
    s->stopped_once = s->stopped_once || !on;
    op_kick(&s->op);
}

static void on_readable(uv_poll_t *poll, int status, int events)
{
    struct scene *s = poll->data;
    unsigned char bytes[8192];
    ssize_t n = read(s->fds[0], bytes, sizeof bytes);
    (void)status;
    (void)events;
    if (n <= 0) {
        uv_poll_stop(poll);
        s->reading = false;
        op_kick(&s->op);
        return;
    }
    for (ssize_t i = 0; i < n; i++)
        s->wrong = s->wrong || bytes[i] != byte_at(s->read + (size_t)i);
    s->read += (size_t)n;
}

static void step(struct op *op)
{
    struct scene *s = (struct scene *)op;
    produce(s);
    if (s->wait.op.ended && !s->reading && s->read == 0 && !s->reader_leaves) {
        s->reading = true;
        uv_poll_start(&s->reader, UV_READABLE, on_readable);
    }
    if (s->wait.op.ended && s->reader_leaves && s->fds[0] >= 0) {
        close(s->fds[0]);
        s->fds[0] = -1;
    }
    if (s->written >= TOTAL)
        sink_end(&s->sink);
    if (s->sink.op.ended && s->fds[1] >= 0) {
        assert_int_equal(fcntl(s->fds[1], F_GETFL), s->flags);
        close(s->fds[1]);
        s->fds[1] = -1;
    }
    if (op->children || s->reading)
        return;
    uv_close((uv_handle_t *)&s->reader, NULL);
    op_finish(op);
}

static const struct op_type scene_type = {"scene", step, NULL, NULL, NULL};

static void play(struct scene *s)
{
    struct loop *loop = mem_zalloc(sizeof *loop);
    assert_int_equal(pipe(s->fds), 0);
    s->flags = fcntl(s->fds[1], F_GETFL);

    loop_init(loop);
    op_begin_root(&s->op, &scene_type, loop);
    s->producing = true;
    sink_begin(&s->sink, &s->op, s->fds[1], on_flow, s);
    uv_poll_init(&loop->uv, &s->reader, s->fds[0]);
    s->reader.data = s;
    pause_begin(&s->wait, &s->op, s->reader_ms);
    loop_run(loop, &s->op, NULL);
    if (s->fds[0] >= 0)
        close(s->fds[0]);
    loop_close(loop);
    free(loop);
}

static void keeps_every_byte_for_a_slow_reader(void **state)
{
    (void)state;
    /* Longer than the sink's patience: the rest goes to disk. */
    struct scene s = {.reader_ms = 2 * SINK_PATIENCE};
    play(&s);
    assert_int_equal(s.written, TOTAL);
    assert_int_equal(s.read, TOTAL);
    assert_false(s.wrong);
    assert_true(s.stopped_once);
    assert_true(s.most_in_memory <= SINK_MEMORY + PIECE);
}

static void notices_that_the_reader_has_gone(void **state)
{
    (void)state;
    struct scene s = {.reader_ms = 10, .reader_leaves = true};
    play(&s);
    assert_int_equal(s.sink.broken, EPIPE);
    assert_true(s.sink.dropped > 0);
}

int main(void)
{
    signal(SIGPIPE, SIG_IGN);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keeps_every_byte_for_a_slow_reader),
        cmocka_unit_test(notices_that_the_reader_has_gone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
