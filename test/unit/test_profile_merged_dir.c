/* The merged config dir: named by content, private, without links, written once. */
#include <sys/wait.h>
#include <time.h>

#include "config/home.h"
#include "config_fixture.h"
#include "profile/merged_dir.h"

#define TREE "home/profiles/default/config/"

/* Resolves and writes; the path, which the caller frees. */
static char *written(struct fixture *f)
{
    char *path = NULL;
    resolve_ok(f);
    if (!merged_dir_write(&f->home, &f->r, &path, &f->err))
        fail_msg("%s", f->err.text);
    return path;
}

static char *content(const char *dir, const char *name)
{
    struct str text = STR(1024 * 1024);
    struct error err = {0};
    cleanup_free char *path = path_join(dir, name);
    if (!file_read(path, FILE_NO_LINKS, &text, &err)) {
        error_clear(&err);
        str_release(&text);
        return mem_strdup("(none)");
    }
    return str_take(&text);
}

static void check_content(const char *dir, const char *name, const char *expected)
{
    cleanup_free char *text = content(dir, name);
    if (strcmp(text, expected) != 0)
        fail_msg("%s: \"%s\", not \"%s\"", name, text, expected);
}

static mode_t mode_of(const char *dir, const char *name)
{
    struct stat st;
    cleanup_free char *path = path_join(dir, name);
    return lstat(path, &st) == 0 ? st.st_mode & 07777 : 0;
}

static void holds_what_is_configuration(void **state)
{
    struct fixture *f = *state;
    put_profile(f, "permissions: conservative\n");
    put(f, TREE "settings.json", "{\"model\":\"m\"}");
    put(f, TREE "CLAUDE.md", "profile\n");
    put(f, TREE "skills/s/SKILL.md", "skill");
    put_mode(f, TREE "hooks/h.sh", "hook", 0755);
    put(f, TREE "mcp.json", "{}");
    put(f, TREE "skills/projects/keep", "kept");
    static const char *const left_out[] = {".git/config", ".credentials.json", ".claude.json",
        "plugins/p", "projects/p", "sessions/s", "todos/t", "tasks/t", "statsig/s",
        "file-history/f", "shell-snapshots/s", "history.jsonl", "skills/s/.git/x",
        "skills/s/.credentials.json", ".claude.json.backup", "worktrees/w"};
    for (size_t i = 0; i < array_size(left_out); i++) {
        cleanup_free char *path = mem_printf(TREE "%s", left_out[i]);
        put(f, path, "secret");
    }
    put(f, "outside", "secret");
    put_link(f, TREE "link", "../../../../outside");
    put_link(f, TREE "skills/s/link", "SKILL.md");
    put_link(f, TREE "linked-dir", "skills");
    put(f, "project/CLAUDE.md", "project\n");

    cleanup_free char *dir = written(f);
    check_content(dir, "CLAUDE.md", "profile\n\n---\n\nproject\n");
    check_content(dir, "settings.json",
        "{\n  \"model\": \"m\",\n  \"permissions\": {\n    \"allow\": [\n      \"Edit\",\n"
        "      \"Write\"\n    ]\n  }\n}");
    check_content(dir, "skills/s/SKILL.md", "skill");
    check_content(dir, "skills/projects/keep", "kept");
    check_content(dir, "mcp.json", "{}");
    for (size_t i = 0; i < array_size(left_out); i++)
        check_content(dir, left_out[i], "(none)");
    assert_int_equal(mode_of(dir, "link"), 0);
    assert_int_equal(mode_of(dir, "skills/s/link"), 0);
    assert_int_equal(mode_of(dir, "linked-dir"), 0);
    assert_int_equal(mode_of(dir, "."), 0700);
    assert_int_equal(mode_of(dir, "skills/s"), 0700);
    assert_int_equal(mode_of(dir, "skills/s/SKILL.md"), 0600);
    assert_int_equal(mode_of(dir, "hooks/h.sh"), 0700);
}

static void always_has_settings(void **state)
{
    struct fixture *f = *state;
    put_profile(f, "");
    cleanup_free char *dir = written(f);
    check_content(dir, "settings.json", "{}");
    check_content(dir, "CLAUDE.md", "(none)");
}

static void is_named_by_content_alone(void **state)
{
    struct fixture *f = *state;
    struct timespec old[2] = {{.tv_sec = 1000000000}, {.tv_sec = 1000000000}};
    put_profile(f, "");
    put(f, TREE "skills/s/SKILL.md", "one");
    cleanup_free char *first = written(f);
    cleanup_free char *again = written(f);
    assert_string_equal(first, again);

    cleanup_free char *file = path_join(f->root, TREE "skills/s/SKILL.md");
    assert_int_equal(utimensat(AT_FDCWD, file, old, 0), 0);
    cleanup_free char *touched = written(f);
    assert_string_equal(first, touched);
    put_mode(f, TREE "skills/s/SKILL.md", "one", 0604);
    put(f, TREE "empty-dir/x", "");
    drop(f, TREE "empty-dir/x");
    cleanup_free char *others = written(f);
    assert_string_equal(first, others);

    /* clang-format off */
    static const struct {
        const char *path, *text;
        mode_t mode;
    } rows[] = {
        { TREE "skills/s/SKILL.md", "two", 0644 },
        { TREE "skills/s/SKILL.md", "one", 0755 },
        { TREE "skills/s/more", "one", 0644 },
        { TREE "settings.json", "{\"a\":1}", 0644 },
        { TREE "CLAUDE.md", "x", 0644 },
    };
    /* clang-format on */
    for (size_t i = 0; i < array_size(rows); i++) {
        put_mode(f, rows[i].path, rows[i].text, rows[i].mode);
        cleanup_free char *other = written(f);
        assert_string_not_equal(first, other);
        drop(f, rows[i].path);
        put(f, TREE "skills/s/SKILL.md", "one");
    }
    cleanup_free char *back = written(f);
    assert_string_equal(first, back);
}

static void does_not_confuse_names_and_content(void **state)
{
    struct fixture *f = *state;
    put_profile(f, "");
    put(f, TREE "ab", "c");
    cleanup_free char *first = written(f);
    drop(f, TREE "ab");
    put(f, TREE "a", "bc");
    cleanup_free char *second = written(f);
    assert_string_not_equal(first, second);
    drop(f, TREE "a");
    put(f, TREE "a/b", "c");
    cleanup_free char *third = written(f);
    assert_string_not_equal(second, third);
}

static void is_written_once(void **state)
{
    struct fixture *f = *state;
    struct stat before, after;
    put_profile(f, "");
    cleanup_free char *first = written(f);
    cleanup_free char *file = path_join(first, "settings.json");
    assert_int_equal(stat(file, &before), 0);
    cleanup_free char *again = written(f);
    assert_string_equal(again, first);
    assert_int_equal(stat(file, &after), 0);
    assert_true(before.st_ino == after.st_ino);
}

static void a_tree_from_before_the_boot_is_looked_at(void **state)
{
    struct fixture *f = *state;
    struct timespec old[2] = {{.tv_sec = 1000000000}, {.tv_sec = 1000000000}};
    struct stat st;
    put_profile(f, "");
    put(f, TREE "CLAUDE.md", "text\n");
    cleanup_free char *dir = written(f);
    cleanup_free char *file = path_join(dir, "CLAUDE.md");

    /* Whole: it is taken, and its time is now. */
    assert_int_equal(utimensat(AT_FDCWD, dir, old, 0), 0);
    free(written(f));
    assert_int_equal(stat(dir, &st), 0);
    assert_true(st.st_mtime > 1000000000);
    /* Cut by a power failure: it is written again. */
    assert_int_equal(truncate(file, 0), 0);
    assert_int_equal(utimensat(AT_FDCWD, dir, old, 0), 0);
    free(written(f));
    check_content(dir, "CLAUDE.md", "text\n");
}

static void refuses_links_and_others(void **state)
{
    struct fixture *f = *state;
    char *path = NULL;
    put_profile(f, "");
    cleanup_free char *dir = written(f);
    cleanup_free char *parent = path_dir(dir);

    /* The target is a link. */
    file_remove_tree(dir);
    put(f, "elsewhere/settings.json", "{}");
    cleanup_free char *elsewhere = path_join(f->root, "elsewhere");
    assert_int_equal(symlink(elsewhere, dir), 0);
    assert_false(merged_dir_write(&f->home, &f->r, &path, &f->err));
    assert_non_null(strstr(f->err.text, "not a directory"));
    error_clear(&f->err);
    unlink(dir);
    /* The parent is a link. */
    file_remove_tree(parent);
    assert_int_equal(symlink(elsewhere, parent), 0);
    assert_false(merged_dir_write(&f->home, &f->r, &path, &f->err));
    assert_non_null(strstr(f->err.text, "not a directory"));
    error_clear(&f->err);
    unlink(parent);
    if (geteuid() != 0)
        return;
    /* The target, and the parent, are another user's. */
    free(written(f));
    assert_int_equal(chown(dir, 12345, 12345), 0);
    assert_false(merged_dir_write(&f->home, &f->r, &path, &f->err));
    assert_non_null(strstr(f->err.text, "belongs to another user"));
    error_clear(&f->err);
    file_remove_tree(dir);
    assert_int_equal(chown(parent, 12345, 12345), 0);
    assert_false(merged_dir_write(&f->home, &f->r, &path, &f->err));
    assert_non_null(strstr(f->err.text, "belongs to another user"));
}

static void many_writers_of_one_tree_agree(void **state)
{
    struct fixture *f = *state;
    enum { WRITERS = 8 };
    pid_t pids[WRITERS];
    put_profile(f, "");
    for (int i = 0; i < 200; i++) {
        cleanup_free char *path = mem_printf(TREE "skills/s%d/SKILL.md", i);
        put(f, path, path);
    }
    resolve_ok(f);
    for (int i = 0; i < WRITERS; i++) {
        pids[i] = fork();
        if (pids[i] == 0) {
            char *path = NULL;
            _exit(merged_dir_write(&f->home, &f->r, &path, &f->err) ? 0 : 1);
        }
    }
    for (int i = 0; i < WRITERS; i++) {
        int status;
        assert_int_equal(waitpid(pids[i], &status, 0), pids[i]);
        assert_int_equal(status, 0);
    }
    cleanup_free char *dir = written(f);
    check_content(dir, "skills/s199/SKILL.md", TREE "skills/s199/SKILL.md");
    /* No temporary of a loser is left. */
    cleanup_free char *parent = path_dir(dir);
    struct stat st;
    assert_int_equal(stat(parent, &st), 0);
    assert_int_equal(st.st_nlink, 3);
}

static void a_trusted_projects_files_shadow(void **state)
{
    struct fixture *f = *state;
    put_profile(f, "");
    put(f, TREE "commands/c.md", "profile");
    put(f, TREE "commands/d.md", "profile");
    put(f, "project/.claude/commands/c.md", "project");
    f->flags.trust_project = true;
    cleanup_free char *dir = written(f);
    check_content(dir, "commands/c.md", "(none)");
    check_content(dir, "commands/d.md", "profile");
    f->flags.trust_project = false;
    cleanup_free char *untrusted = written(f);
    check_content(untrusted, "commands/c.md", "profile");
}

static void unused_ones_are_removed(void **state)
{
    struct fixture *f = *state;
    cleanup_strv struct strv used = {0};
    struct timespec old[2] = {{.tv_sec = 1000000000}, {.tv_sec = 1000000000}};
    put_profile(f, "");
    cleanup_free char *mounted = written(f);
    put(f, TREE "CLAUDE.md", "1");
    cleanup_free char *unused = written(f);
    put(f, TREE "CLAUDE.md", "2");
    cleanup_free char *recent = written(f);
    assert_int_equal(utimensat(AT_FDCWD, mounted, old, 0), 0);
    assert_int_equal(utimensat(AT_FDCWD, unused, old, 0), 0);
    strv_add(&used, mounted);
    merged_dir_sweep(&f->home, &used, 3600);
    assert_true(file_exists(mounted));
    assert_false(file_exists(unused));
    assert_true(file_exists(recent));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        config_test(holds_what_is_configuration),
        config_test(always_has_settings),
        config_test(is_named_by_content_alone),
        config_test(does_not_confuse_names_and_content),
        config_test(is_written_once),
        config_test(a_tree_from_before_the_boot_is_looked_at),
        config_test(refuses_links_and_others),
        config_test(many_writers_of_one_tree_agree),
        config_test(a_trusted_projects_files_shadow),
        config_test(unused_ones_are_removed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
