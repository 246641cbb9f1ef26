/* Files of a hostile image: no link is followed, no FIFO waited for, no directory left. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/file.h"
#include "base/limits.h"
#include "base/mem.h"
#include "base/path.h"
#include "guest/claude_files.h"
#include "guest/safe_make.h"
#include "guest/safe_tree.h"

struct place {
    char path[64];
    struct safe_dir dir;
};

/* A directory with a file, a directory in it, and links to both and to the outside. */
static int make_place(void **state)
{
    struct place *place = mem_zalloc(sizeof *place);
    struct error err = {0};
    snprintf(place->path, sizeof place->path, "/tmp/ccpod-test-XXXXXX");
    assert_non_null(mkdtemp(place->path));
    assert_true(safe_dir_open(&place->dir, place->path, &err));
    int at = place->dir.fd;
    assert_int_equal(mkdirat(at, "dir", 0755), 0);
    assert_true(safe_make_file(&place->dir, "file", "text", 4, 0640, SAFE_CREATE, &err));
    assert_int_equal(symlinkat("file", at, "to-file"), 0);
    assert_int_equal(symlinkat("dir", at, "to-dir"), 0);
    assert_int_equal(symlinkat("/etc", at, "to-etc"), 0);
    assert_int_equal(symlinkat("nowhere", at, "to-nothing"), 0);
    assert_int_equal(mkfifoat(at, "fifo", 0644), 0);
    *state = place;
    return 0;
}

static int remove_place(void **state)
{
    struct place *place = *state;
    safe_dir_close(&place->dir);
    bool ok = file_remove_tree(place->path);
    free(place);
    return ok ? 0 : -1;
}

typedef int opener(int dir, const char *path, int flags, mode_t mode);

static int open_here(int dir, const char *path, int flags, mode_t mode)
{
    (void)mode;
    return safe_openat_here(dir, path, flags);
}

static void opens_through_no_link(void **state)
{
    const struct place *place = *state;
    static opener *const openers[] = {safe_openat, safe_openat_by_hand, open_here};
    static const struct {
        const char *path;
        bool opens;
    } rows[] = {
        {"file",         true },
        {"./file",       true },
        {"dir/../file",  false},
        {"../file",      false},
        {"to-file",      false},
        {"to-dir/x",     false},
        {"to-etc/hosts", false},
        {"to-nothing",   false},
        {"missing",      false},
        {"file/x",       false},
    };
    for (size_t k = 0; k < array_size(openers); k++)
        for (size_t i = 0; i < array_size(rows); i++) {
            /* Within one directory openat2() may walk up; by hand nothing does. */
            if (openers[k] != safe_openat_by_hand && strstr(rows[i].path, "dir/.."))
                continue;
            int fd = openers[k](place->dir.fd, rows[i].path, O_RDONLY, 0);
            assert_int_equal(fd >= 0, rows[i].opens);
            if (fd >= 0)
                close(fd);
        }
    assert_int_equal(safe_openat_by_hand(place->dir.fd, "to-file", O_RDONLY, 0), -1);
    assert_int_equal(errno, ELOOP);
    assert_int_equal(safe_openat(place->dir.fd, "to-file", O_RDONLY, 0), -1);
    assert_int_equal(errno, ELOOP);
}

static void opens_absolute_paths(void **state)
{
    const struct place *place = *state;
    cleanup_free char *file = path_join(place->path, "file");
    cleanup_free char *link = path_join(place->path, "to-dir");
    cleanup_close int a = safe_openat(AT_FDCWD, file, O_RDONLY, 0);
    cleanup_close int b = safe_openat_by_hand(AT_FDCWD, file, O_RDONLY, 0);
    cleanup_close int root = safe_openat_by_hand(AT_FDCWD, "/", O_RDONLY | O_DIRECTORY, 0);
    assert_true(a >= 0 && b >= 0 && root >= 0);
    assert_int_equal(safe_openat(AT_FDCWD, link, O_RDONLY | O_DIRECTORY, 0), -1);
    assert_int_equal(safe_openat_by_hand(AT_FDCWD, link, O_RDONLY | O_DIRECTORY, 0), -1);
}

static void does_not_leave_the_mount(void **state)
{
    (void)state;
    cleanup_close int root = open("/", O_RDONLY | O_DIRECTORY);
    assert_int_equal(safe_openat_here(root, "proc/1", O_RDONLY | O_DIRECTORY), -1);
    assert_int_equal(errno, EXDEV);
    cleanup_close int elsewhere = safe_openat(root, "proc/1", O_RDONLY | O_DIRECTORY, 0);
    assert_true(elsewhere >= 0);
}

static void makes_directories_through_no_link(void **state)
{
    const struct place *place = *state;
    cleanup_error struct error err = {0}, none = {0};
    cleanup_safe_dir struct safe_dir made = SAFE_DIR, again = SAFE_DIR, bad = SAFE_DIR;
    cleanup_free char *path = path_join(place->path, "dir/a//b/");
    cleanup_free char *hostile = path_join(place->path, "to-dir/a");
    cleanup_free char *up = path_join(place->path, "dir/../x");
    struct stat st;

    assert_true(safe_make_dirs(&made, path, 0700, &none));
    assert_int_equal(fstat(made.fd, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0700);
    assert_true(safe_make_dirs(&again, path, 0700, &none));
    assert_false(safe_make_dirs(&bad, hostile, 0700, &err));
    assert_non_null(strstr(err.text, "to-dir"));
    cleanup_error struct error other = {0};
    assert_false(safe_make_dirs(&bad, up, 0700, &other));
}

static enum safe_found read_it(const struct place *place, const char *name, uid_t owner, size_t max)
{
    cleanup_error struct error err = {0};
    cleanup_str struct str text = STR(max);
    enum safe_found found = safe_read(&place->dir, name, owner, &text, &err);
    assert_int_equal(error_is_set(&err), found == SAFE_REFUSED);
    if (found == SAFE_FOUND)
        assert_string_equal(text.s, "text");
    return found;
}

static void reads_regular_files_only(void **state)
{
    const struct place *place = *state;
    assert_int_equal(read_it(place, "file", geteuid(), 4), SAFE_FOUND);
    assert_int_equal(read_it(place, "file", SAFE_ANY_OWNER, 4), SAFE_FOUND);
    assert_int_equal(read_it(place, "file", geteuid() + 1, 4), SAFE_REFUSED);
    assert_int_equal(read_it(place, "file", geteuid(), 3), SAFE_REFUSED);
    assert_int_equal(read_it(place, "missing", geteuid(), 4), SAFE_MISSING);
    assert_int_equal(read_it(place, "to-file", geteuid(), 4), SAFE_REFUSED);
    assert_int_equal(read_it(place, "to-nothing", geteuid(), 4), SAFE_REFUSED);
    assert_int_equal(read_it(place, "fifo", geteuid(), 4), SAFE_REFUSED);
    assert_int_equal(read_it(place, "dir", geteuid(), 4), SAFE_REFUSED);
}

static size_t count_entries(const char *path)
{
    cleanup_str struct str command = STR(LIMIT_PATH);
    char line[32] = "";
    str_addf(&command, "ls -A '%s' | wc -l", path);
    FILE *ls = popen(command.s, "r");
    assert_non_null(fgets(line, sizeof line, ls));
    pclose(ls);
    return (size_t)strtol(line, NULL, 10);
}

static void replaces_links_and_files_alike(void **state)
{
    const struct place *place = *state;
    static const char *const names[] = {"new", "file", "to-etc", "to-nothing", "fifo"};
    static const enum safe_way ways[] = {SAFE_CREATE, SAFE_REPLACE};
    cleanup_error struct error err = {0};
    struct stat st;
    size_t before = count_entries(place->path);
    for (size_t i = 0; i < array_size(names) * 2; i++) {
        const char *name = names[i / 2];
        enum safe_way way = ways[i % 2];
        cleanup_error struct error is_dir = {0};
        assert_true(safe_make_file(&place->dir, name, "new", 3, 0600, way, &err));
        assert_int_equal(fstatat(place->dir.fd, name, &st, AT_SYMLINK_NOFOLLOW), 0);
        assert_true(S_ISREG(st.st_mode) && (st.st_mode & 0777) == 0600 && st.st_size == 3);
        assert_false(safe_make_file(&place->dir, "dir", "new", 3, 0600, way, &is_dir));
    }
    assert_int_equal(fstatat(place->dir.fd, "nowhere", &st, AT_SYMLINK_NOFOLLOW), -1);
    assert_int_equal(count_entries(place->path), before + 1); /* no temporary file stays */
}

static void a_new_link_takes_the_place_of_a_file(void **state)
{
    const struct place *place = *state;
    static const char *const names[] = {"new", "file", "to-etc", "fifo"};
    char target[16];
    for (size_t i = 0; i < array_size(names); i++) {
        assert_true(safe_make_link(&place->dir, names[i], "/target"));
        assert_int_equal(readlinkat(place->dir.fd, names[i], target, sizeof target), 7);
    }
    assert_false(safe_make_link(&place->dir, "dir", "/target"));
    assert_int_equal(errno, EISDIR);
}

static void what_is_new_belongs_to_the_directorys_owner(void **state)
{
    const struct place *place = *state;
    cleanup_error struct error err = {0};
    cleanup_safe_dir struct safe_dir made = SAFE_DIR;
    static const char *const names[] = {"f", "f2", "d", "l"};
    struct stat in, st;
    if (geteuid() == 0)
        assert_int_equal(fchown(place->dir.fd, 12345, 54321), 0);
    assert_int_equal(fstat(place->dir.fd, &in), 0);
    assert_true(safe_make_file(&place->dir, "f", "", 0, 0640, SAFE_CREATE, &err));
    assert_true(safe_make_file(&place->dir, "f2", "", 0, 0666, SAFE_REPLACE, &err));
    assert_true(safe_make_dir(&made, &place->dir, "d", 0775, &err));
    assert_true(safe_make_link(&place->dir, "l", "x"));
    for (size_t i = 0; i < array_size(names); i++) {
        assert_int_equal(fstatat(place->dir.fd, names[i], &st, AT_SYMLINK_NOFOLLOW), 0);
        assert_true(st.st_uid == in.st_uid && st.st_gid == in.st_gid);
    }
    assert_int_equal(fstatat(place->dir.fd, "f2", &st, 0), 0);
    assert_int_equal(st.st_mode & 0777, 0666); /* whatever the umask says */
    assert_int_equal(fstat(made.fd, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0775);
}

static bool is_skipped(const char *name)
{
    return strcmp(name, "skipped") == 0;
}

static void copies_a_tree_as_it_is(void **state)
{
    const struct place *place = *state;
    cleanup_error struct error err = {0};
    cleanup_safe_dir struct safe_dir from = SAFE_DIR, sub = SAFE_DIR, to = SAFE_DIR;
    struct stat st;
    char target[16];

    assert_true(safe_make_dir(&from, &place->dir, "from", 0755, &err));
    assert_true(safe_make_dir(&sub, &from, "skills", 0755, &err));
    assert_true(safe_make_file(&sub, "run.sh", "#!", 2, 0755, SAFE_CREATE, &err));
    assert_true(safe_make_file(&sub, "skipped", "", 0, 0444, SAFE_CREATE, &err));
    assert_true(safe_make_file(&from, "skipped", "", 0, 0644, SAFE_CREATE, &err));
    assert_true(safe_make_file(&from, "large", "", 0, 0644, SAFE_CREATE, &err));
    cleanup_free char *large = path_join(from.path, "large");
    assert_int_equal(truncate(large, 300000), 0);
    assert_int_equal(symlinkat("/etc/passwd", from.fd, "link"), 0);
    assert_int_equal(mkfifoat(from.fd, "pipe", 0644), 0);
    assert_true(safe_make_dir(&to, &place->dir, "to", 0755, &err));
    /* hostile: a link where a file will be written */
    assert_int_equal(symlinkat("../file", to.fd, "large"), 0);

    assert_true(safe_tree_copy(&from, &to, is_skipped, &err));
    assert_int_equal(fstatat(to.fd, "skills/run.sh", &st, 0), 0);
    assert_int_equal(st.st_mode & 0777, 0755);
    assert_int_equal(fstatat(to.fd, "skills/skipped", &st, 0), 0);
    assert_int_equal(fstatat(to.fd, "skipped", &st, 0), -1);
    assert_int_equal(fstatat(to.fd, "large", &st, AT_SYMLINK_NOFOLLOW), 0);
    assert_true(S_ISREG(st.st_mode) && st.st_size == 300000);
    assert_int_equal(readlinkat(to.fd, "link", target, sizeof target), 11);
    assert_memory_equal(target, "/etc/passwd", 11);
    assert_int_equal(fstatat(to.fd, "pipe", &st, AT_SYMLINK_NOFOLLOW), -1);
    assert_int_equal(read_it(place, "file", SAFE_ANY_OWNER, 4), SAFE_FOUND);
    assert_true(safe_tree_copy(&from, &to, NULL, &err)); /* again, over what is there */
}

static void copies_into_no_link(void **state)
{
    const struct place *place = *state;
    cleanup_error struct error err = {0};
    cleanup_safe_dir struct safe_dir from = SAFE_DIR, sub = SAFE_DIR, to = SAFE_DIR;
    assert_true(safe_make_dir(&from, &place->dir, "from", 0755, &err));
    assert_true(safe_make_dir(&sub, &from, "skills", 0755, &err));
    assert_true(safe_make_file(&sub, "x", "", 0, 0644, SAFE_CREATE, &err));
    assert_true(safe_make_dir(&to, &place->dir, "to", 0755, &err));
    assert_int_equal(symlinkat("../dir", to.fd, "skills"), 0);
    assert_false(safe_tree_copy(&from, &to, NULL, &err));
    assert_non_null(strstr(err.text, "to/skills"));
    assert_int_equal(faccessat(place->dir.fd, "dir/x", F_OK, 0), -1);
}

static void gives_a_volume_to_its_user(void **state)
{
    const struct place *place = *state;
    cleanup_error struct error err = {0};
    struct stat st;
    /* As an ordinary user only to oneself: the walk is the same. */
    uid_t to = geteuid() == 0 ? 12345 : geteuid();
    gid_t group = geteuid() == 0 ? 54321 : getegid();
    struct stat outside;
    assert_int_equal(stat("/etc", &outside), 0);

    assert_int_equal(mkdirat(place->dir.fd, "dir/deep", 0755), 0);
    assert_true(safe_tree_give(&place->dir, to, group, &err));
    static const char *const names[] = {".", "file", "dir", "dir/deep", "to-etc", "fifo"};
    for (size_t i = 0; i < array_size(names); i++) {
        assert_int_equal(fstatat(place->dir.fd, names[i], &st, AT_SYMLINK_NOFOLLOW), 0);
        assert_true(st.st_uid == to && st.st_gid == group);
    }
    assert_int_equal(stat("/etc", &st), 0);
    assert_int_equal(st.st_uid, outside.st_uid);
}

static void a_volume_that_is_right_costs_one_look(void **state)
{
    const struct place *place = *state;
    cleanup_error struct error err = {0};
    struct stat st;
    if (geteuid() == 0)
        assert_int_equal(fchownat(place->dir.fd, "file", 12345, 0, 0), 0);
    uid_t before = fstatat(place->dir.fd, "file", &st, 0) == 0 ? st.st_uid : 0;
    assert_true(safe_tree_give(&place->dir, geteuid(), getegid(), &err));
    assert_int_equal(fstatat(place->dir.fd, "file", &st, 0), 0);
    assert_int_equal(st.st_uid, before);
}

static void reads_and_writes_claudes_files(void **state)
{
    const struct place *place = *state;
    cleanup_error struct error err = {0};
    json_t *json = NULL;
    struct stat st;

    assert_int_equal(
        claude_read_json(&place->dir, "missing", geteuid(), &json, &err), SAFE_MISSING);
    assert_int_equal(claude_read_json(&place->dir, "file", geteuid(), &json, &err), SAFE_REFUSED);
    error_clear(&err);
    json = json_pack("{s:{s:s}}", "claudeAiOauth", "refreshToken", "r");
    assert_true(claude_write_json(&place->dir, "c.json", json, SAFE_REPLACE, &err));
    json_decref(json);
    assert_int_equal(fstatat(place->dir.fd, "c.json", &st, 0), 0);
    assert_int_equal(st.st_mode & 07777, 0600);
    assert_int_equal(
        claude_read_credentials(&place->dir, "c.json", geteuid(), &json, &err), SAFE_FOUND);
    json_decref(json);

    assert_true(safe_make_file(
        &place->dir, "stub.json", "{\"claudeAiOauth\":{}}", 20, 0600, SAFE_CREATE, &err));
    assert_int_equal(
        claude_read_credentials(&place->dir, "stub.json", geteuid(), &json, &err), SAFE_REFUSED);
    error_clear(&err);
    cleanup_free char *path = path_join(place->path, "c.json");
    assert_int_equal(truncate(path, LIMIT_CREDENTIALS + 1), 0);
    assert_int_equal(
        claude_read_credentials(&place->dir, "c.json", geteuid(), &json, &err), SAFE_REFUSED);
    assert_non_null(strstr(err.text, "larger than"));
}

#define in_a_place(test) cmocka_unit_test_setup_teardown(test, make_place, remove_place)

int main(void)
{
    const struct CMUnitTest tests[] = {
        in_a_place(opens_through_no_link),
        in_a_place(opens_absolute_paths),
        cmocka_unit_test(does_not_leave_the_mount),
        in_a_place(makes_directories_through_no_link),
        in_a_place(reads_regular_files_only),
        in_a_place(replaces_links_and_files_alike),
        in_a_place(a_new_link_takes_the_place_of_a_file),
        in_a_place(what_is_new_belongs_to_the_directorys_owner),
        in_a_place(copies_a_tree_as_it_is),
        in_a_place(copies_into_no_link),
        in_a_place(gives_a_volume_to_its_user),
        in_a_place(a_volume_that_is_right_costs_one_look),
        in_a_place(reads_and_writes_claudes_files),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
