/* Names on the engine, what may be part of one, the ccpod home, and single values. */
#include "config/home.h"
#include "config/names.h"
#include "config/values.h"
#include "config_fixture.h"

static void checks_profile_names(void **state)
{
    (void)state;
    /* clang-format off */
    static const struct {
        const char *name;
        bool ok;
    } rows[] = {
        { "default", true },
        { "A-b_9", true },
        { "1234567890123456789012345678901234567890123456789012345678901234", true },
        { "12345678901234567890123456789012345678901234567890123456789012345", false },
        { "", false },
        { "../x", false },
        { "a/b", false },
        { ".", false },
        { "..", false },
        { "a b", false },
        { "a\n", false },
        { "a.b", false },
        { "\xc3\xa9", false },
        { "svc-x", false },
        { "ns-x", false },
        { "net-x", false },
        { "svc", true },
        { "network", true },
    };
    /* clang-format on */
    for (size_t i = 0; i < array_size(rows); i++) {
        cleanup_error struct error err = {0};
        if (profile_name_check(rows[i].name, &err) != rows[i].ok)
            fail_msg("%s", rows[i].name);
        assert_int_equal(err.exit_code, rows[i].ok ? 0 : EXIT_CODE_USAGE);
    }
}

static void checks_other_names(void **state)
{
    (void)state;
    static const char *const sessions[] = {"a", "a_b9", "abcdefghijklmnopqrstuvwxyz012345"};
    static const char *const bad_sessions[] = {
        "", "9a", "A", "a-b", "_a", "a/b", "abcdefghijklmnopqrstuvwxyz0123456"};
    for (size_t i = 0; i < array_size(sessions); i++) {
        cleanup_error struct error err = {0};
        assert_true(session_name_check(sessions[i], &err));
    }
    for (size_t i = 0; i < array_size(bad_sessions); i++) {
        cleanup_error struct error err = {0};
        assert_false(session_name_check(bad_sessions[i], &err));
    }
    assert_true(run_id_is_valid("0123abcd"));
    assert_false(run_id_is_valid("0123ABCD"));
    assert_false(run_id_is_valid("0123abc"));
    assert_false(run_id_is_valid("0123abcde"));
    char id[RUN_ID_HEX + 1], other[RUN_ID_HEX + 1];
    run_id_make(id);
    run_id_make(other);
    assert_true(run_id_is_valid(id));
    assert_string_not_equal(id, other);
}

static void names_what_is_on_the_engine(void **state)
{
    (void)state;
    char hash[HASH_SHORT + 1];
    project_hash("/home/u/project", hash);
#ifndef __APPLE__
    assert_string_equal(hash, "4eb6cd28fb98b739"); /* printf %s /home/u/project | sha256sum */
#endif
    static char *(*const by_two[])(const char *, const char *) = {name_main, name_network};
    static const char *const expected[] = {"ccpod-p-h", "ccpod-net-p-h"};
    for (size_t i = 0; i < array_size(by_two); i++) {
        cleanup_free char *name = by_two[i]("p", "h");
        assert_string_equal(name, expected[i]);
    }
    cleanup_free char *run = name_main_run("p", "h", "0123abcd");
    cleanup_free char *session = name_main_session("p", "h", "s");
    cleanup_free char *service = name_service("p", "h", "db");
    cleanup_free char *holder = name_holder("p", "h", 2);
    cleanup_free char *plugins = name_plugins("p", NULL);
    cleanup_free char *own = name_plugins("p", "h");
    assert_string_equal(run, "ccpod-p-h-0123abcd");
    assert_string_equal(session, "ccpod-p-h-s");
    assert_string_equal(service, "ccpod-svc-p-h-db");
    assert_string_equal(holder, "ccpod-ns-p-h-2");
    assert_string_equal(plugins, "ccpod-plugins-p");
    assert_string_equal(own, "ccpod-plugins-p-h");
}

static void makes_image_names_that_engines_take(void **state)
{
    (void)state;
    /* clang-format off */
    static const struct {
        const char *profile, *name;
    } rows[] = {
        { "default", "ccpod-local-default-h:latest" },
        { "My_Profile", "ccpod-local-my_profile-h:latest" },
        { "a__b", "ccpod-local-a__b-h:latest" },
        { "a___b", "ccpod-local-a---b-h:latest" },
        { "_a_", "ccpod-local--a--h:latest" },
        { "a-_b", "ccpod-local-a--b-h:latest" },
        { "a--b", "ccpod-local-a--b-h:latest" },
        { "---", "ccpod-local-----h:latest" },
    };
    /* clang-format on */
    for (size_t i = 0; i < array_size(rows); i++) {
        cleanup_free char *name = name_local_image(rows[i].profile, "h");
        assert_string_equal(name, rows[i].name);
    }
}

static void tells_owners_apart(void **state)
{
    (void)state;
    char plain[HASH_SHORT + 1], again[HASH_SHORT + 1], job[HASH_SHORT + 1];
    unsetenv("CCPOD_INSTANCE");
    owner_id(plain);
    owner_id(again);
    assert_string_equal(plain, again);
    setenv("CCPOD_INSTANCE", "job-7", 1);
    owner_id(job);
    assert_string_not_equal(plain, job);
    unsetenv("CCPOD_INSTANCE");
}

static void finds_the_home(void **state)
{
    struct fixture *f = *state;
    struct ccpod_home home = {0};
    cleanup_free char *real = path_join(f->root, "real-home");
    assert_int_equal(mkdir(real, 0700), 0);
    put_link(f, "link", "real-home");
    cleanup_free char *link = path_join(f->root, "link");

    setenv("CCPOD_HOME", link, 1);
    assert_true(home_find(&home, &f->err));
    assert_string_equal(home.dir, real);
    home_use_snap(&home);
    setenv("HOME", f->root, 1);
    home_use_snap(&home);
    cleanup_free char *run = home_run_dir(&home, "0123abcd");
    cleanup_free char *snap = path_join(f->root, "snap/docker/common/ccpod/run/0123abcd");
    assert_string_equal(run, snap);
    cleanup_free char *profile = home_profile_file(&home, "p");
    cleanup_free char *expected = path_join(real, "profiles/p/profile.yml");
    assert_string_equal(profile, expected);
    home_release(&home);

    unsetenv("CCPOD_HOME");
    setenv("CCPOD_TEST_DIR", real, 1);
    assert_true(home_find(&home, &f->err));
    assert_string_equal(home.dir, real);
    home_release(&home);
    unsetenv("CCPOD_TEST_DIR");
    assert_true(home_find(&home, &f->err));
    cleanup_free char *usual = path_join(f->root, ".ccpod");
    assert_string_equal(home.dir, usual);
    home_release(&home);
    setenv("CCPOD_HOME", "relative", 1);
    assert_false(home_find(&home, &f->err));
    assert_non_null(strstr(f->err.text, "CCPOD_HOME is relative, and must be an absolute path"));
}

static void makes_private_directories_only(void **state)
{
    struct fixture *f = *state;
    struct stat st;
    cleanup_free char *dir = home_merged_dir(&f->home);
    assert_true(home_make(&f->home, dir, &f->err));
    cleanup_free char *run = home_runs_dir(&f->home);
    const char *const made[] = {f->home.dir, run, dir};
    for (size_t i = 0; i < array_size(made); i++) {
        assert_int_equal(lstat(made[i], &st), 0);
        assert_int_equal(st.st_mode & 07777, 0700);
    }
    drop(f, "home/run");
    put_link(f, "home/run", "/tmp");
    assert_false(home_make(&f->home, dir, &f->err));
    assert_non_null(strstr(f->err.text, "not a directory"));
}

static void reads_amounts(void **state)
{
    (void)state;
    /* clang-format off */
    static const struct {
        bool (*read)(const char *, long long *);
        const char *text;
        long long amount; /* -1: refused */
    } rows[] = {
        { value_size, "0", 0 },
        { value_size, "1024", 1024 },
        { value_size, "1b", 1 },
        { value_size, "1k", 1024 },
        { value_size, "1K", 1024 },
        { value_size, "1kb", 1024 },
        { value_size, "512m", 536870912 },
        { value_size, "1.5g", 1610612736 },
        { value_size, "1t", 1099511627776 },
        { value_size, "", -1 },
        { value_size, "m", -1 },
        { value_size, "1x", -1 },
        { value_size, "1mm", -1 },
        { value_size, "-1m", -1 },
        { value_size, "1 m", -1 },
        { value_size, "1.2.3m", -1 },
        { value_size, "9223372036854775807", -1 },
        { value_size, "99999999t", -1 },
        { value_duration, "10", 10000000000 },
        { value_duration, "1.5", 1500000000 },
        { value_duration, "10s", 10000000000 },
        { value_duration, "1m30s", 90000000000 },
        { value_duration, "500ms", 500000000 },
        { value_duration, "1h2m3s4ms5us6ns", 3723004005006 },
        { value_duration, "0.5h", 1800000000000 },
        { value_duration, "", -1 },
        { value_duration, "s", -1 },
        { value_duration, "1x", -1 },
        { value_duration, "1s2", -1 },
        { value_duration, "-1s", -1 },
        { value_duration, "99999999999999h", -1 },
        { value_cpus, "1", 1000000000 },
        { value_cpus, "0.5", 500000000 },
        { value_cpus, "1.25", 1250000000 },
        { value_cpus, "1.", -1 },
        { value_cpus, ".5", -1 },
        { value_cpus, "two", -1 },
    };
    /* clang-format on */
    for (size_t i = 0; i < array_size(rows); i++) {
        long long amount = -1;
        bool ok = rows[i].read(rows[i].text, &amount);
        if (ok != (rows[i].amount >= 0) || (ok && amount != rows[i].amount))
            fail_msg("%s: %lld", rows[i].text, amount);
    }
}

static void splits_words(void **state)
{
    (void)state;
    /* clang-format off */
    static const struct {
        const char *text, *words; /* NULL: refused */
    } rows[] = {
        { "", "" },
        { "  ", "" },
        { "a b\tc\nd", "a|b|c|d" },
        { "'a b' \"c d\"", "a b|c d" },
        { "a\\ b", "a b" },
        { "\"a\\\"b\" 'c\\d'", "a\"b|c\\d" },
        { "\"a\\b\"", "a\\b" },
        { "a'b'\"c\"", "abc" },
        { "''", "" },
        { "$HOME `x` $(y)", "$HOME|`x`|$(y)" },
        { "'a", NULL },
        { "\"a", NULL },
        { "a\\", NULL },
    };
    /* clang-format on */
    for (size_t i = 0; i < array_size(rows); i++) {
        cleanup_strv struct strv words = {0};
        bool ok = value_words(rows[i].text, &words);
        assert_true(ok == (rows[i].words != NULL));
        if (ok)
            assert_string_equal(joined(&words), rows[i].words);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(checks_profile_names),
        cmocka_unit_test(checks_other_names),
        cmocka_unit_test(names_what_is_on_the_engine),
        cmocka_unit_test(makes_image_names_that_engines_take),
        cmocka_unit_test(tells_owners_apart),
        config_test(finds_the_home),
        config_test(makes_private_directories_only),
        cmocka_unit_test(reads_amounts),
        cmocka_unit_test(splits_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
