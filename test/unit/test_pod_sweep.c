/* What is swept: the table of the sweep, row by row. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/mem.h"
#include "pod/sweep.h"

enum { LONG = 3600 };

static bool dooms(const char *role, const char *state)
{
    return sweep_dooms(&(struct sweep_facts){
        .role = role, .state = state, .lease = LEASE_DEAD, .age = LONG, .dead_since = LONG});
}

static void test_by_role(void **state)
{
    static const char *const kept[] = {"detached", "kept", "service", ""};
    (void)state;
    assert_true(dooms("headless", "running"));
    assert_true(dooms("headless", "exited"));
    assert_true(dooms("headless", "created"));
    assert_false(dooms("interactive", "running"));
    assert_true(dooms("interactive", "exited"));
    assert_true(dooms("interactive", "created"));
    for (size_t i = 0; i < array_size(kept); i++) {
        assert_false(dooms(kept[i], "running"));
        assert_false(dooms(kept[i], "exited"));
    }
    assert_false(dooms("headless", "paused"));
    assert_false(dooms("headless", "removing"));
}

/* Whatever else holds: only where the process is gone for certain. */
static void test_by_lease(void **state)
{
    static const char *const states[] = {"running", "exited", "created", "dead"};
    static const enum lease_state living[] = {LEASE_ALIVE, LEASE_FOREIGN};
    (void)state;
    for (size_t i = 0; i < array_size(states); i++)
        for (size_t k = 0; k < array_size(living); k++)
            assert_false(sweep_dooms(&(struct sweep_facts){.role = "headless",
                .state = states[i],
                .lease = living[k],
                .age = LONG,
                .dead_since = LONG}));
}

static void test_by_time(void **state)
{
    struct sweep_facts f = {.role = "headless", .state = "running", .lease = LEASE_DEAD};
    (void)state;
    f.dead_since = SWEEP_RUNNING_S - 1;
    assert_false(sweep_dooms(&f));
    f.dead_since = SWEEP_RUNNING_S;
    assert_true(sweep_dooms(&f));
    f.state = "created";
    f.age = SWEEP_CREATED_S - 1;
    assert_false(sweep_dooms(&f));
    f.age = SWEEP_CREATED_S;
    assert_true(sweep_dooms(&f));
    f.wanted = true;
    assert_false(sweep_dooms(&f));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_by_role),
        cmocka_unit_test(test_by_lease),
        cmocka_unit_test(test_by_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
