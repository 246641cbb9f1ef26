/* A directory that is watched, by events or without. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "base/file.h"
#include "base/mem.h"
#include "base/path.h"
#include "loop/flow.h"
#include "loop/loop.h"
#include "loop/watch.h"

struct trial {
    struct flow flow;
    struct watch watch;
    char *dir; /* what is watched; made late: there are no events of what is not there */
    char *mark;
    bool seen;
};

static void look(void *user)
{
    struct trial *t = user;
    t->seen |= file_exists(t->mark);
    op_tell(&t->watch.op);
}

static void begin(struct flow *flow)
{
    struct trial *t = container_of(flow, struct trial, flow);
    cleanup_error struct error err = {0};
    watch_begin(&t->watch, &flow->op, t->dir, look, t);
    assert_true(file_make_dirs(t->dir, 0700, &err));
    assert_true(file_create(t->mark, "", 0, 0600, &err));
}

static bool is_seen(struct flow *flow)
{
    return container_of(flow, struct trial, flow)->seen;
}

static const struct flow_row rows[] = {
    {"see it", begin, is_seen, 30 * SECOND},
};
static const struct op_type trial_type = {"trial", flow_step, NULL, NULL, flow_child_ended};

static void sees_a_change(bool is_there)
{
    char top[] = "/tmp/ccpod-test-watch.XXXXXX";
    assert_non_null(mkdtemp(top));
    struct loop *loop = mem_zalloc(sizeof *loop);
    struct trial t = {.dir = path_join(top, "dir")};
    t.mark = path_join(t.dir, "mark");
    if (is_there)
        assert_int_equal(mkdir(t.dir, 0700), 0);

    loop_init(loop);
    flow_begin(&t.flow, &trial_type, NULL, loop, rows, array_size(rows), array_size(rows));
    loop_run(loop, &t.flow.op, NULL);
    assert_true(t.seen);
    assert_false(error_is_set(&t.flow.op.err));
    flow_release(&t.flow);
    loop_close(loop);
    free(loop);
    file_remove_tree(top);
    free(t.dir);
    free(t.mark);
}

static void by_an_event(void **state)
{
    (void)state;
    sees_a_change(true);
}

static void where_there_are_no_events(void **state)
{
    (void)state;
    sees_a_change(false);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(by_an_event),
        cmocka_unit_test(where_there_are_no_events),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
