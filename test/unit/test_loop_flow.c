/* Operations and flows: each ends once, says why, and leaves no handle open. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/mem.h"
#include "loop/flow.h"
#include "loop/loop.h"
#include "loop/pause.h"

enum { NEVER = 3600 * SECOND };

struct trial {
    struct flow flow;
    struct pause a, b, background;
    struct op complainer;
    const char *fails_in; /* the row that fails */
    bool hangs_in_teardown, complains_at_the_end;
    bool ready;
    unsigned began[5], ended;
};

static struct trial *self(struct flow *flow)
{
    return container_of(flow, struct trial, flow);
}

static void complain(struct op *op)
{
    if (!op_is_asked(op))
        return;
    error_set(&op->err, "it does not want to end");
    op_finish(op);
}

static const struct op_type complainer_type = {"complainer", complain, NULL, NULL, NULL};

static void first(struct flow *flow)
{
    struct trial *t = self(flow);
    t->began[0]++;
    pause_begin(&t->a, &flow->op, 1);
    pause_begin(&t->b, &flow->op, t->fails_in && *t->fails_in == 'b' ? NEVER : 2);
    pause_begin(&t->background, &flow->op, NEVER);
    t->background.op.background = true;
    if (t->complains_at_the_end) {
        op_begin(&t->complainer, &complainer_type, &flow->op);
        t->complainer.background = true;
    }
    if (t->fails_in && *t->fails_in == 'b')
        op_fail(&t->a.op, "a went wrong");
}

static void second(struct flow *flow)
{
    struct trial *t = self(flow);
    t->began[1]++;
    if (t->fails_in && *t->fails_in == '2')
        op_fail(&flow->op, "it went wrong");
}

static bool is_ready(struct flow *flow)
{
    return self(flow)->ready;
}

static void third(struct flow *flow)
{
    self(flow)->began[2]++;
}

static void way_out(struct flow *flow)
{
    struct trial *t = self(flow);
    t->began[3]++;
    if (t->hangs_in_teardown)
        pause_begin(&t->a, &flow->op, NEVER);
}

static void last(struct flow *flow)
{
    self(flow)->began[4]++;
}

static const struct flow_row rows[] = {
    {"begin",    first,   NULL,     NO_LIMIT},
    {"go on",    second,  is_ready, 50      },
    {"be done",  third,   NULL,     NO_LIMIT},
    {"clean up", way_out, NULL,     50      },
    {"leave",    last,    NULL,     NO_LIMIT},
};
enum { TEARDOWN = 3 };

static void step(struct op *op)
{
    flow_step(op);
}

static void ended(struct op *op)
{
    container_of(op, struct trial, flow.op)->ended++;
}

static const struct op_type trial_type = {"trial", step, NULL, ended, flow_child_ended};

static void run(struct trial *t)
{
    struct loop loop;
    loop_init(&loop);
    flow_begin(&t->flow, &trial_type, NULL, &loop, rows, array_size(rows), TEARDOWN);
    loop_run(&loop, &t->flow.op, NULL);
    loop_close(&loop);
    assert_int_equal(t->ended, 1);
    assert_int_equal(t->began[3], 1);
    assert_int_equal(t->began[4], 1);
}

static void goes_through_its_rows(void **state)
{
    (void)state;
    struct trial t = {.ready = true};
    run(&t);
    assert_false(error_is_set(&t.flow.op.err));
    assert_int_equal(t.began[0] + t.began[1] + t.began[2], 3);
    flow_release(&t.flow);
}

static void hears_nothing_behind_its_last_row(void **state)
{
    (void)state;
    struct trial t = {.ready = true, .complains_at_the_end = true};
    run(&t);
    assert_false(error_is_set(&t.flow.op.err));
    assert_int_equal(t.flow.n_trouble, 0);
    op_release(&t.complainer);
    flow_release(&t.flow);
}

static void passes_a_childs_error_up_and_cancels_its_siblings(void **state)
{
    (void)state;
    struct trial t = {.ready = true, .fails_in = "b"};
    run(&t);
    assert_string_equal(t.flow.op.err.text, "begin: a went wrong");
    assert_int_equal(t.flow.op.err.exit_code, EXIT_CODE_FAILED);
    assert_int_equal(t.began[1], 0);
    op_release(&t.a.op);
    op_release(&t.b.op);
    flow_release(&t.flow);
}

static void turns_back_when_a_row_fails(void **state)
{
    (void)state;
    struct trial t = {.ready = true, .fails_in = "2"};
    run(&t);
    assert_string_equal(t.flow.op.err.text, "go on: it went wrong");
    assert_int_equal(t.began[2], 0);
    flow_release(&t.flow);
}

static void has_a_limit_for_a_row_that_never_gets_ready(void **state)
{
    (void)state;
    struct trial t = {0};
    run(&t);
    assert_string_equal(t.flow.op.err.text, "go on: not done within 0 s");
    flow_release(&t.flow);
}

static void keeps_trouble_on_the_way_out_apart_from_the_outcome(void **state)
{
    (void)state;
    struct trial t = {.ready = true, .hangs_in_teardown = true};
    run(&t);
    assert_false(error_is_set(&t.flow.op.err));
    assert_int_equal(t.flow.n_trouble, 1);
    assert_string_equal(t.flow.trouble[0].text, "clean up: not done within 0 s");
    op_release(&t.a.op);
    flow_release(&t.flow);
}

/* A trial that is cancelled from outside. */
static void cancel_step(struct op *op)
{
    const struct trial *t = container_of(op, struct trial, flow.op);
    flow_step(op);
    /* In the row that waits. */
    if (t->began[1] && !error_is_set(&op->err)) {
        struct error why = {0};
        error_set_code(&why, 130, "interrupted");
        op_cancel(op, &why);
        error_clear(&why);
    }
}

static void is_cancelled_with_a_name_and_a_code(void **state)
{
    (void)state;
    static const struct op_type type = {"trial", cancel_step, NULL, ended, flow_child_ended};
    struct trial t = {0};
    struct loop loop;
    loop_init(&loop);
    flow_begin(&t.flow, &type, NULL, &loop, rows, array_size(rows), TEARDOWN);
    loop_run(&loop, &t.flow.op, NULL);
    loop_close(&loop);
    assert_string_equal(t.flow.op.err.text, "go on: interrupted");
    assert_int_equal(t.flow.op.err.exit_code, 130);
    assert_int_equal(t.began[4], 1);
    flow_release(&t.flow);
}

/* Two ops that kick each other must not starve the loop's timers. */
struct pingpong {
    struct op op;
    struct pingpong *other;
    struct pause *limit;
};

static void pingpong_step(struct op *op)
{
    struct pingpong *p = (struct pingpong *)op;
    op_kick(&p->other->op);
    if (p->limit->op.ended)
        op_finish(op);
}

static void root_step(struct op *op)
{
    if (!op->children)
        op_finish(op);
}

static void is_not_starved_by_ops_that_kick_each_other(void **state)
{
    (void)state;
    static const struct op_type root_type = {"root", root_step, NULL, NULL, NULL};
    static const struct op_type type = {"pingpong", pingpong_step, NULL, NULL, NULL};
    struct op root = {0};
    struct pause limit = {0};
    struct pingpong a = {.limit = &limit}, b = {.limit = &limit};
    struct loop loop;

    loop_init(&loop);
    op_begin_root(&root, &root_type, &loop);
    pause_begin(&limit, &root, 20);
    op_begin(&a.op, &type, &root);
    op_begin(&b.op, &type, &root);
    a.other = &b;
    b.other = &a;
    loop_run(&loop, &root, NULL);
    loop_close(&loop);
    assert_true(root.ended);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(goes_through_its_rows),
        cmocka_unit_test(hears_nothing_behind_its_last_row),
        cmocka_unit_test(passes_a_childs_error_up_and_cancels_its_siblings),
        cmocka_unit_test(turns_back_when_a_row_fails),
        cmocka_unit_test(has_a_limit_for_a_row_that_never_gets_ready),
        cmocka_unit_test(keeps_trouble_on_the_way_out_apart_from_the_outcome),
        cmocka_unit_test(is_cancelled_with_a_name_and_a_code),
        cmocka_unit_test(is_not_starved_by_ops_that_kick_each_other),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
