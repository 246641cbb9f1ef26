/* A profile's git source: when the remote is asked, what of it is taken, and what happens when it
 * cannot be reached. Real git, on repositories in a temporary directory. */
#include <sys/wait.h>
#include <time.h>

#include "config/home.h"
#include "config_fixture.h"
#include "profile/clone.h"
#include "profile/sync.h"

/* Runs a script of git in ROOT; what it prints (a line) is returned, to be freed. */
static char *git(struct fixture *f, const char *script)
{
    int out[2];
    char text[256] = "";
    assert_int_equal(pipe(out), 0);
    pid_t pid = fork();
    if (pid == 0) {
        dup2(out[1], STDOUT_FILENO);
        setenv("GIT_CONFIG_GLOBAL", "/dev/null", 1);
        setenv("GIT_AUTHOR_NAME", "t", 1);
        setenv("GIT_AUTHOR_EMAIL", "t@example.com", 1);
        setenv("GIT_COMMITTER_NAME", "t", 1);
        setenv("GIT_COMMITTER_EMAIL", "t@example.com", 1);
        if (chdir(f->root) == 0)
            execl("/bin/sh", "sh", "-ec", script, (char *)NULL);
        _exit(127);
    }
    close(out[1]);
    size_t n = 0;
    ssize_t got;
    while (n < sizeof text - 1 && (got = read(out[0], text + n, sizeof text - 1 - n)) > 0)
        n += (size_t)got;
    close(out[0]);
    int status;
    assert_int_equal(waitpid(pid, &status, 0), pid);
    if (status != 0)
        fail_msg("%s: status %d", script, status);
    text[strcspn(text, "\n")] = '\0';
    return mem_strdup(text);
}

static void run_git(struct fixture *f, const char *script)
{
    free(git(f, script));
}

static void commit(struct fixture *f, const char *text)
{
    cleanup_free char *script = mem_printf(
        "cd remote && echo %s > CLAUDE.md && git add . && git commit -qm %s", text, text);
    run_git(f, script);
}

/* A remote with one commit, "one", on main, and a profile that names it. */
static int setup(void **state)
{
    int failed = fixture_setup(state);
    struct fixture *f = *state;
    setenv("GIT_CONFIG_GLOBAL", "/dev/null", 1);
    run_git(f, "git init -q -b main remote");
    commit(f, "one");
    return failed;
}

#define sync_test(f) cmocka_unit_test_setup_teardown(f, setup, fixture_teardown)

static void read_now(struct fixture *f, const char *more, struct profile *ret)
{
    cleanup_free char *text = mem_printf(
        "name: default\nconfig:\n  source: git\n  repo: 'file://%s/remote'\n%s", f->root, more);
    put(f, "home/profiles/default/profile.yml", text);
    if (!profile_read(&f->home, "default", ret, &f->err))
        fail_msg("%s", f->err.text);
}

/* Syncs with these further settings; the outcome, and the tree's CLAUDE.md in *ret_text. */
static enum sync_outcome sync_with(
    struct fixture *f, const char *more, bool force, const char *expected_text)
{
    struct profile p = {0};
    enum sync_outcome outcome;
    char *warning = NULL;
    cleanup_str struct str text = STR(1000);

    read_now(f, more, &p);
    if (!sync_now(&p, force, &outcome, &warning, &f->err))
        fail_msg("%s", f->err.text);
    assert_int_equal(outcome == SYNC_KEPT, warning != NULL);
    free(warning);
    cleanup_free char *file = path_join(p.config.path, "CLAUDE.md");
    assert_true(file_read(file, FILE_NO_LINKS, &text, &f->err));
    assert_string_equal(text.s, expected_text);
    profile_release(&p);
    return outcome;
}

static void fails_with(struct fixture *f, const char *more, const char *part)
{
    struct profile p = {0};
    enum sync_outcome outcome;
    char *warning = NULL;
    read_now(f, more, &p);
    assert_false(sync_now(&p, false, &outcome, &warning, &f->err));
    if (!strstr(f->err.text, part))
        fail_msg("\"%s\" has no \"%s\"", f->err.text, part);
    assert_null(warning);
    error_clear(&f->err);
    profile_release(&p);
}

static void clones_and_follows(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(sync_with(f, "  sync: always\n", false, "one\n"), SYNC_UPDATED);
    assert_int_equal(sync_with(f, "  sync: always\n", false, "one\n"), SYNC_UNCHANGED);
    commit(f, "two");
    assert_int_equal(sync_with(f, "  sync: always\n", false, "two\n"), SYNC_UPDATED);
}

static void asks_once_a_day(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(sync_with(f, "  sync: daily\n", false, "one\n"), SYNC_UPDATED);
    commit(f, "two");
    assert_int_equal(sync_with(f, "  sync: daily\n", false, "one\n"), SYNC_NOT_DUE);
    put(f, "home/profiles/default/.ccpod-sync-lock", "1000000000000\n");
    assert_int_equal(sync_with(f, "  sync: daily\n", false, "two\n"), SYNC_UPDATED);
    assert_int_equal(sync_with(f, "  sync: daily\n", true, "two\n"), SYNC_UNCHANGED);
}

static void a_pinned_one_is_updated_when_forced(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(sync_with(f, "  sync: pin\n", false, "one\n"), SYNC_UPDATED);
    commit(f, "two");
    put(f, "home/profiles/default/.ccpod-sync-lock", "1000000000000\n");
    assert_int_equal(sync_with(f, "  sync: pin\n", false, "one\n"), SYNC_NOT_DUE);
    assert_int_equal(sync_with(f, "  sync: pin\n", true, "two\n"), SYNC_UPDATED);
}

static void knows_the_calendar(void **state)
{
    struct fixture *f = *state;
    struct profile p = {0};
    struct clone clone = {.exists = true, .same_repo = true, .same_ref = true};
    setenv("TZ", "UTC-3", 1); /* three hours ahead of UTC */
    tzset();
    read_now(f, "  sync: daily\n", &p);
    long long evening = 1795219199000; /* 2026-11-20 23:59:59 UTC: the 21st there */
    clone.synced_ms = evening;
    assert_false(clone_is_due(&p, &clone, evening + 1000));
    assert_false(clone_is_due(&p, &clone, evening + 20 * 3600 * 1000LL));
    assert_true(clone_is_due(&p, &clone, evening + 21 * 3600 * 1000LL + 2000));
    assert_true(clone_is_due(&p, &clone, evening - 4 * 3600 * 1000LL));
    clone.same_ref = false;
    assert_true(clone_is_due(&p, &clone, evening));
    unsetenv("TZ");
    tzset();
    profile_release(&p);
}

static void takes_branch_tag_and_commit(void **state)
{
    struct fixture *f = *state;
    cleanup_free char *first = git(f, "cd remote && git rev-parse HEAD");
    run_git(f, "cd remote && git tag light && git tag -am x annotated && git branch old");
    commit(f, "two");
    cleanup_free char *by_commit = mem_printf("  sync: always\n  ref: '%s'\n", first);
    cleanup_free char *by_part = mem_printf("  sync: always\n  ref: '%.10s'\n", first);
    const char *const refs[] = {"  sync: always\n  ref: old\n", "  sync: always\n  ref: light\n",
        "  sync: always\n  ref: annotated\n", by_commit, by_part};
    for (size_t i = 0; i < array_size(refs); i++) {
        assert_int_equal(sync_with(f, refs[i], false, "one\n"), SYNC_UPDATED);
        enum sync_outcome again = sync_with(f, refs[i], false, "one\n");
        /* A short commit cannot be asked for: it is looked for again. */
        assert_true(again == SYNC_UNCHANGED || refs[i] == by_part);
    }
    assert_int_equal(sync_with(f, "  ref: main\n", false, "two\n"), SYNC_UPDATED);
    fails_with(f, "  ref: no-such-branch\n", "there is no branch, tag or commit no-such-branch");
}

static void another_repository_replaces_the_clone(void **state)
{
    struct fixture *f = *state;
    struct profile p = {0};
    enum sync_outcome outcome;
    char *warning = NULL;
    assert_int_equal(sync_with(f, "", false, "one\n"), SYNC_UPDATED);
    run_git(f, "git init -q -b main other && cd other && echo other > CLAUDE.md && git add . && "
               "git commit -qm x");
    cleanup_free char *text = mem_printf(
        "name: default\nconfig: {source: git, repo: 'file://%s/other', sync: pin}\n", f->root);
    put(f, "home/profiles/default/profile.yml", text);
    assert_true(profile_read(&f->home, "default", &p, &f->err));
    assert_true(sync_now(&p, false, &outcome, &warning, &f->err));
    assert_int_equal(outcome, SYNC_UPDATED);
    cleanup_free char *file = path_join(p.config.path, "CLAUDE.md");
    cleanup_str struct str content = STR(100);
    assert_true(file_read(file, FILE_NO_LINKS, &content, &f->err));
    assert_string_equal(content.s, "other\n");
    profile_release(&p);
}

static void goes_on_with_the_last_good_copy(void **state)
{
    struct fixture *f = *state;
    fails_with(f, "  ref: gone\n", "check it out: there is no branch, tag or commit gone");
    assert_int_equal(sync_with(f, "  sync: always\n", false, "one\n"), SYNC_UPDATED);
    run_git(f, "mv remote away");
    assert_int_equal(sync_with(f, "  sync: always\n", false, "one\n"), SYNC_KEPT);
    assert_int_equal(sync_with(f, "  sync: always\n", true, "one\n"), SYNC_KEPT);
    fails_with(f, "  ref: main\n", "bring the profile default up to date"); /* another ref */
    drop(f, "home/profiles/default/config");
    fails_with(f, "", "bring the profile default up to date from file://");
    /* Nothing half-made is left. */
    run_git(f, "test -z \"$(ls -A home/profiles/default | grep clone || :)\"");
}

static void leaves_alone_what_is_no_clone(void **state)
{
    struct fixture *f = *state;
    put(f, "home/profiles/default/config/CLAUDE.md", "mine\n");
    fails_with(f, "", "config is not a clone: move it away");
    drop(f, "home/profiles/default/config");
    assert_int_equal(sync_with(f, "", false, "one\n"), SYNC_UPDATED);
}

static void runs_no_hooks_and_ignores_the_surrounding_git(void **state)
{
    struct fixture *f = *state;
    cleanup_free char *template = path_join(f->root, "template");
    cleanup_free char *ran = path_join(f->root, "ran");
    cleanup_free char *hook = mem_printf("#!/bin/sh\ntouch '%s'\n", ran);
    put_mode(f, "template/hooks/post-checkout", hook, 0755);
    setenv("GIT_TEMPLATE_DIR", template, 1);
    setenv("GIT_DIR", "/nonexistent", 1);
    assert_int_equal(sync_with(f, "", false, "one\n"), SYNC_UPDATED);
    unsetenv("GIT_DIR");
    unsetenv("GIT_TEMPLATE_DIR");
    assert_false(file_exists(ran));
}

static void shows_no_password(void **state)
{
    struct fixture *f = *state;
    struct profile p = {0};
    enum sync_outcome outcome;
    char *warning = NULL;
    put(f, "home/profiles/default/profile.yml",
        "name: default\nconfig: {source: git, repo: 'http://me:hunter22@127.0.0.1:1/r'}\n");
    assert_true(profile_read(&f->home, "default", &p, &f->err));
    assert_false(sync_now(&p, false, &outcome, &warning, &f->err));
    assert_non_null(strstr(f->err.text, "from http://127.0.0.1:1/r"));
    assert_null(strstr(f->err.text, "hunter22"));
    profile_release(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        sync_test(clones_and_follows),
        sync_test(asks_once_a_day),
        sync_test(a_pinned_one_is_updated_when_forced),
        sync_test(knows_the_calendar),
        sync_test(takes_branch_tag_and_commit),
        sync_test(another_repository_replaces_the_clone),
        sync_test(goes_on_with_the_last_good_copy),
        sync_test(leaves_alone_what_is_no_clone),
        sync_test(runs_no_hooks_and_ignores_the_surrounding_git),
        sync_test(shows_no_password),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
