/* Trees that somebody else has made are removed, however they are; times of files are told. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#include <utime.h>

#include <cmocka.h>

#include "base/file.h"
#include "base/mem.h"
#include "base/path.h"

enum { DEEP = 300, DESCRIPTORS = 64 };

static char *make_top(void)
{
    char *top = mem_strdup("/tmp/ccpod-test-file.XXXXXX");
    assert_non_null(mkdtemp(top));
    return top;
}

static void make_dir(const char *in, const char *name, mode_t mode)
{
    cleanup_free char *path = path_join(in, name);
    assert_int_equal(mkdir(path, mode), 0);
}

static void removes_what_is_deep(void **state)
{
    (void)state;
    struct rlimit before;
    cleanup_free char *top = make_top();
    char here[4096];

    assert_non_null(getcwd(here, sizeof here));
    assert_int_equal(chdir(top), 0);
    for (unsigned i = 0; i < DEEP; i++) {
        assert_int_equal(mkdir("beside", 0700), 0);
        assert_int_equal(mkdir("d", 0700), 0);
        assert_int_equal(chdir("d"), 0);
    }
    assert_int_equal(chdir(here), 0);
    make_dir(top, ".moved-0", 0700); /* a name of ours */

    assert_int_equal(getrlimit(RLIMIT_NOFILE, &before), 0);
    const struct rlimit few = {DESCRIPTORS, before.rlim_max};
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &few), 0);
    assert_true(file_remove_tree(top));
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &before), 0);
    assert_false(file_exists(top));
}

/* Root may do anything anyway: as another user this is the test. */
static void removes_what_is_closed(void **state)
{
    (void)state;
    cleanup_error struct error err = {0};
    cleanup_free char *top = make_top();
    cleanup_free char *dir = path_join(top, "dir");
    cleanup_free char *file = path_join(dir, "file");

    make_dir(top, "dir", 0700);
    make_dir(dir, "no rights", 0);
    assert_true(file_create(file, "", 0, 0, &err));
    assert_int_equal(chmod(dir, 0), 0);
    assert_int_equal(chmod(top, 0500), 0);
    assert_true(file_remove_tree(top));
    assert_false(file_exists(top));
}

static void follows_no_link(void **state)
{
    (void)state;
    cleanup_error struct error err = {0};
    cleanup_free char *top = make_top(), *other = make_top();
    cleanup_free char *link = path_join(top, "link"), *file = path_join(other, "file");

    assert_true(file_create(file, "", 0, 0600, &err));
    assert_int_equal(chmod(other, 0500), 0);
    assert_int_equal(symlink(other, link), 0);
    assert_true(file_remove_tree(top));
    assert_true(file_exists(file));
    assert_true(file_remove_tree(other));
    assert_true(file_remove_tree(other)); /* what is missing is no error */
}

static void tells_when_it_was_written(void **state)
{
    (void)state;
    cleanup_error struct error err = {0};
    cleanup_free char *top = make_top(), *file = path_join(top, "file");
    time_t now = time(NULL);

    assert_int_equal(file_written(file), 0);
    assert_true(file_create(file, "", 0, 0600, &err));
    assert_in_range(file_written(file), now, now + 60);
    assert_int_equal(utime(file, &(struct utimbuf){.modtime = 1000}), 0);
    assert_int_equal(file_written(file), 1000);
    assert_int_equal(utime(file, &(struct utimbuf){.modtime = now + 3600}), 0);
    assert_int_equal(file_written(file), 0);
    assert_true(file_remove_tree(top));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(removes_what_is_deep),
        cmocka_unit_test(removes_what_is_closed),
        cmocka_unit_test(follows_no_link),
        cmocka_unit_test(tells_when_it_was_written),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
