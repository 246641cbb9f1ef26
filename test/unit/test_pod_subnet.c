/* The choice of a subnet: it meets nothing that is taken. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/mem.h"
#include "pod/subnet.h"

static struct subnet parsed(const char *text)
{
    struct subnet s;
    assert_true(subnet_parse(text, &s));
    return s;
}

static void take_one(struct subnets *list, const char *text)
{
    subnets_add(list, parsed(text));
}

static void test_text(void **state)
{
    static const char *const wrong[] = {"", "10.0.0.0", "10.0.0.0/33", "10.0.0/24", "fd00::/64",
        "10.0.0.0/", "x/24", "10.0.0.0/-1"};
    (void)state;
    struct subnet s = parsed("10.1.2.3/24");
    cleanup_free char *text = subnet_text(&s);
    assert_string_equal(text, "10.1.2.0/24");
    for (size_t i = 0; i < array_size(wrong); i++)
        assert_false(subnet_parse(wrong[i], &s));
}

static void test_same_seed_same_choice(void **state)
{
    struct subnets none = {0};
    struct subnet a, b, c;
    (void)state;
    assert_true(subnet_choose(&none, "one", &a) && subnet_choose(&none, "one", &b));
    assert_true(subnet_choose(&none, "two", &c));
    assert_int_equal(a.address, b.address);
    assert_int_not_equal(a.address, c.address);
    assert_int_equal(a.bits, SUBNET_BITS);
}

/* Each choice is taken in turn: all of them differ. */
static void test_next_one(void **state)
{
    struct subnets taken = {0};
    (void)state;
    for (int i = 0; i < 300; i++) {
        struct subnet s;
        assert_true(subnet_choose(&taken, "seed", &s));
        for (size_t k = 0; k < taken.n; k++)
            assert_int_not_equal(taken.items[k].address, s.address);
        subnets_add(&taken, s);
    }
    subnets_release(&taken);
}

static void test_ranges(void **state)
{
    struct subnets taken = {0};
    struct subnet s;
    (void)state;
    take_one(&taken, "10.0.0.0/8");
    assert_true(subnet_choose(&taken, "seed", &s));
    assert_int_equal(s.address >> 20, 0xac1);
    take_one(&taken, "172.0.0.0/8");
    assert_true(subnet_choose(&taken, "seed", &s));
    assert_int_equal(s.address >> 16, 0xc0a8);
    take_one(&taken, "192.168.0.0/17");
    assert_true(subnet_choose(&taken, "seed", &s));
    assert_true((s.address >> 8 & 255) >= 128);
    take_one(&taken, "192.168.0.0/16");
    assert_false(subnet_choose(&taken, "seed", &s));
    subnets_release(&taken);
}

/* A single address in it makes a subnet unfit. */
static void test_small_ones(void **state)
{
    struct subnets taken = {0};
    struct subnet first, second;
    (void)state;
    assert_true(subnet_choose(&taken, "seed", &first));
    subnets_add(&taken, (struct subnet){first.address + 77, 32});
    assert_true(subnet_choose(&taken, "seed", &second));
    assert_int_not_equal(first.address, second.address);
    subnets_release(&taken);
}

static void test_host(void **state)
{
    struct subnets host = {0};
    bool has_loopback = false;
    (void)state;
    subnets_add_host(&host);
    for (size_t i = 0; i < host.n; i++) {
        assert_true(host.items[i].bits > 1);
        has_loopback |= host.items[i].address >> 24 == 127;
    }
    assert_true(has_loopback);
    subnets_release(&host);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_text),
        cmocka_unit_test(test_same_seed_same_choice),
        cmocka_unit_test(test_next_one),
        cmocka_unit_test(test_ranges),
        cmocka_unit_test(test_small_ones),
        cmocka_unit_test(test_host),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
