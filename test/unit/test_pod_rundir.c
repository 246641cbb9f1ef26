/* A run directory is signed before anything else is in it: whoever makes it may be killed at any
 * time. Here the disk takes no more than the signature, which stops it behind that. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include <cmocka.h>

#include "base/file.h"
#include "base/limits.h"
#include "base/mem.h"
#include "base/path.h"
#include "pod/rundir.h"

static const char signature[] = "1 owner\nengine\n";
static const char longer[] = "/a/merged/config/dir";

static void limit_files(rlim_t size)
{
    struct rlimit limit;
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &limit), 0);
    limit.rlim_cur = size;
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

static void test_signed_first(void **state)
{
    char place[] = "/tmp/ccpod-rundir-XXXXXX";
    struct rundir r = {0};
    cleanup_error struct error err = {0}, ignored = {0};
    cleanup_str struct str text = STR(LIMIT_PATH);
    (void)state;

    assert_non_null(mkdtemp(place));
    struct ccpod_home home = {.dir = place, .shared = place};
    signal(SIGXFSZ, SIG_IGN);
    limit_files(sizeof signature - 1);
    assert_false(rundir_make(&r, &home, signature, "p", longer, &err));
    limit_files(RLIM_INFINITY);
    cleanup_free char *path = path_join(r.dir, RUNDIR_SIGNATURE);
    assert_true(file_read(path, FILE_NO_LINKS, &text, &ignored));
    assert_string_equal(text.s, signature);
    rundir_release(&r);
    assert_true(file_remove_tree(place));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_signed_first),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
