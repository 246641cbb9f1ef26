/* Child processes: what they say, how they ended, and that each of them can be ended. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "loop/child.h"
#include "loop/loop.h"
#include "loop/pause.h"

enum { CHILDREN = 2, AGAIN = 5 };

/* Runs shell scripts side by side; asks each that `says` something to end. */
struct trial {
    struct op op;
    struct child children[CHILDREN];
    struct pause pause;
    const char *says;
    bool asked[CHILDREN];
};

static bool ask_to_end(struct trial *t)
{
    bool all = true;
    for (unsigned i = 0; i < CHILDREN; i++) {
        struct child *c = &t->children[i];
        if (!t->asked[i] && op_is_alive(&c->op) && strstr(c->out.s, t->says)) {
            t->asked[i] = true;
            op_quit(&c->op);
        }
        all = all && t->asked[i];
    }
    return all;
}

static void step(struct op *op)
{
    struct trial *t = container_of(op, struct trial, op);
    if (t->says && !op_is_alive(&t->pause.op) && !ask_to_end(t))
        pause_begin(&t->pause, op, AGAIN);
    if (!op->children)
        op_finish(op);
}

static void run(struct trial *t, const char *one, const char *two)
{
    static const struct op_type type = {"trial", step, NULL, NULL, op_kick_by_child};
    const char *const scripts[CHILDREN] = {one, two};
    struct loop loop;

    loop_init(&loop);
    op_begin_root(&t->op, &type, &loop);
    for (unsigned i = 0; i < CHILDREN; i++)
        child_begin(&t->children[i], &t->op,
            (char *const *)(uintptr_t)(const char *const[]){"sh", "-c", scripts[i], NULL}, "/");
    loop_run(&loop, &t->op, NULL);
    loop_close(&loop);
}

static void release(struct trial *t)
{
    for (unsigned i = 0; i < CHILDREN; i++)
        child_release(&t->children[i]);
    op_release(&t->op);
}

static void tells_what_it_said_and_how_it_ended(void **state)
{
    (void)state;
    struct trial t = {0};
    run(&t, "echo one; echo two >&2; exit 3", "kill -9 $$");
    assert_string_equal(t.children[0].out.s, "one\n");
    assert_string_equal(t.children[0].err.s, "two\n");
    assert_int_equal(t.children[0].code, 3);
    assert_int_equal(t.children[1].code, 128 + 9);
    release(&t);
}

/* One that has to be killed, and closes its outputs by that; one that ends when asked to, and
 * leaves them open in another process. */
static void is_ended_whatever_it_does(void **state)
{
    (void)state;
    struct trial t = {.says = "up"};
    run(&t, "trap '' TERM; echo up; exec sleep 600", "sleep 6 & echo up; wait");
    assert_int_equal(t.children[0].code, 128 + 9);
    assert_int_equal(t.children[1].code, 128 + 15);
    release(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tells_what_it_said_and_how_it_ended),
        cmocka_unit_test(is_ended_whatever_it_does),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
