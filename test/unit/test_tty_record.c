/* Recordings: every event a whole line, characters whole at every split, no other file touched. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/json.h"
#include "base/limits.h"
#include "base/mem.h"
#include "tty/record.h"

static char dir[] = "/tmp/ccpod-record-XXXXXX";
static char path[64];

static int make_dir(void **unused)
{
    (void)unused;
    if (!mkdtemp(dir))
        return -1;
    snprintf(path, sizeof path, "%s/cast", dir);
    return 0;
}

static int remove_dir(void **unused)
{
    (void)unused;
    return file_remove_tree(dir) ? 0 : -1;
}

static int remove_file(void **unused)
{
    (void)unused;
    unlink(path);
    return 0;
}

static void open_it(struct record *r)
{
    cleanup_error struct error err = {0};
    if (!record_open(r, path, &err) || !record_begin(r, 24, 80, &err))
        fail_msg("%s", err.text);
}

static void put(struct record *r, const char *s, size_t n)
{
    cleanup_error struct error err = {0};
    char *copy = mem_alloc(n);
    memcpy(copy, s, n);
    if (!record_output(r, copy, n, &err))
        fail_msg("%s", err.text);
    free(copy);
}

/* All lines as an array; each must be JSON, the last must be complete. */
static json_t *read_it(void)
{
    cleanup_error struct error err = {0};
    cleanup_str struct str s = STR(16 * MIB);
    if (!file_read(path, FILE_NO_LINKS, &s, &err))
        fail_msg("%s", err.text);
    json_t *lines = json_array();
    char *line = s.s;
    for (char *end; (end = strchr(line, '\n')); line = end + 1) {
        json_t *json = json_parse(line, (size_t)(end - line), "line", &err);
        if (!json)
            fail_msg("%s: %.*s", err.text, (int)(end - line), line);
        json_array_append_new(lines, json);
    }
    assert_int_equal(*line, '\0');
    return lines;
}

/* The output events joined, with the checks that hold for each event. */
static char *output_of(const json_t *lines)
{
    cleanup_str struct str s = STR(16 * MIB);
    double last = 0;
    for (size_t i = 1; i < json_array_size(lines); i++) {
        const json_t *event = json_array_get(lines, i);
        assert_int_equal(json_array_size(event), 3);
        double at = json_number_value(json_array_get(event, 0));
        assert_true(at >= last && at < 60);
        last = at;
        if (strcmp(json_string_value(json_array_get(event, 1)), "o") == 0)
            str_addz(&s, json_string_value(json_array_get(event, 2)));
    }
    return str_take(&s);
}

static void has_a_header(void **unused)
{
    (void)unused;
    struct record r;
    setenv("TERM", "xterm-\"\\\033\377", 1);
    unsetenv("SHELL");
    open_it(&r);
    record_close(&r);
    cleanup_json json_t *lines = read_it();
    const json_t *header = json_array_get(lines, 0);
    assert_int_equal(json_array_size(lines), 1);
    assert_int_equal(json_int_at(header, "version", 0), 2);
    assert_int_equal(json_int_at(header, "width", 0), 80);
    assert_int_equal(json_int_at(header, "height", 0), 24);
    assert_true(json_int_at(header, "timestamp", 0) > 1700000000);
    assert_string_equal(json_text_at(header, "env.TERM"), "xterm-\"\\\033\357\277\275");
    assert_string_equal(json_text_at(header, "env.SHELL"), "");
    struct stat st;
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
}

#define BAD "\357\277\275"

static void keeps_characters_whole(void **unused)
{
    (void)unused;
    static const struct {
        const char *written, *recorded;
    } rows[] = {
        {"plain \"text\" \\ \r\n\t\033[1m\177",      "plain \"text\" \\ \r\n\t\033[1m\177"     },
        {"\303\244\342\202\254\360\237\230\200",     "\303\244\342\202\254\360\237\230\200"    },
        {"a\377b\200c",                              "a" BAD "b" BAD "c"                       },
        {"\303",                                     BAD                                       },
        {"\342\202",                                 BAD BAD                                   },
        {"\360\237\230",                             BAD BAD BAD                               },
        {"\303x\342\202x\360\237\230x",              BAD "x" BAD BAD "x" BAD BAD BAD "x"       },
        {"\303\303\244",                             BAD "\303\244"                            },
        {"\342\303\244",                             BAD "\303\244"                            },
        {"\300\200\301\277",                         BAD BAD BAD BAD                           },
        {"\340\200\200\355\240\200",                 BAD BAD BAD BAD BAD BAD                   },
        {"\360\200\200\200\364\220\200\200",         BAD BAD BAD BAD BAD BAD BAD BAD           },
        {"\365\200",                                 BAD BAD                                   },
        {"\355\237\277\356\200\200\364\217\277\277", "\355\237\277\356\200\200\364\217\277\277"},
    };
    for (size_t i = 0; i < array_size(rows); i++) {
        size_t n = strlen(rows[i].written);
        for (size_t at = 0; at <= n + 1; at++) {
            struct record r;
            open_it(&r);
            if (at <= n) {
                put(&r, rows[i].written, at);
                put(&r, rows[i].written + at, n - at);
            } else {
                for (size_t k = 0; k < n; k++)
                    put(&r, rows[i].written + k, 1);
            }
            record_close(&r);
            cleanup_json json_t *lines = read_it();
            cleanup_free char *output = output_of(lines);
            assert_string_equal(output, rows[i].recorded);
        }
    }
}

static void records_much(void **unused)
{
    (void)unused;
    enum { N = 1000001 };
    struct record r;
    cleanup_free char *bytes = mem_alloc(N + 1);
    for (size_t i = 0; i < N; i++)
        bytes[i] = "\033[0m\302\265 x\r\n"[i % 10]; /* pieces end inside of characters */
    bytes[N] = '\0';
    open_it(&r);
    put(&r, bytes, N);
    record_close(&r);
    cleanup_json json_t *lines = read_it();
    cleanup_free char *output = output_of(lines);
    assert_string_equal(output, bytes);
}

static void records_sizes(void **unused)
{
    (void)unused;
    struct record r;
    cleanup_error struct error err = {0};
    open_it(&r);
    assert_true(record_resize(&r, 40, 132, &err));
    record_close(&r);
    cleanup_json json_t *lines = read_it();
    assert_int_equal(json_array_size(lines), 2);
    const json_t *event = json_array_get(lines, 1);
    assert_string_equal(json_string_value(json_array_get(event, 1)), "r");
    assert_string_equal(json_string_value(json_array_get(event, 2)), "132x40");
}

/* What is there after each event is what a crash would leave. */
static void writes_as_it_happens(void **unused)
{
    (void)unused;
    struct record r;
    open_it(&r);
    for (size_t i = 1; i <= 5; i++) {
        put(&r, "x", 1);
        cleanup_json json_t *lines = read_it();
        assert_int_equal(json_array_size(lines), i + 1);
    }
    record_close(&r);
}

/* The limit on a file's size stands in for a full disk. */
static void takes_away_a_part_of_a_line(void **unused)
{
    (void)unused;
    struct record r;
    struct rlimit before;
    cleanup_error struct error err = {0};
    open_it(&r);
    put(&r, "kept", 4);
    signal(SIGXFSZ, SIG_IGN);
    getrlimit(RLIMIT_FSIZE, &before);
    setrlimit(RLIMIT_FSIZE, &(struct rlimit){(rlim_t)r.end + 10, before.rlim_max});
    assert_false(record_output(&r, "this does not fit", 17, &err));
    setrlimit(RLIMIT_FSIZE, &before);
    assert_non_null(strstr(err.text, path));
    assert_true(record_output(&r, "more", 4, &err));
    assert_true(record_resize(&r, 1, 1, &err));
    record_close(&r);
    cleanup_json json_t *lines = read_it();
    cleanup_free char *output = output_of(lines);
    assert_string_equal(output, "kept");
}

static void replaces_an_older_recording(void **unused)
{
    (void)unused;
    struct record r;
    open_it(&r);
    put(&r, "a long first recording", 22);
    record_close(&r);
    open_it(&r);
    record_close(&r);
    cleanup_json json_t *lines = read_it();
    assert_int_equal(json_array_size(lines), 1);
}

static void leaves_an_old_one_until_it_begins(void **unused)
{
    (void)unused;
    struct record r;
    cleanup_error struct error err = {0};
    open_it(&r);
    put(&r, "old", 3);
    record_close(&r);
    assert_true(record_open(&r, path, &err));
    put(&r, "too early", 9);
    record_close(&r);
    cleanup_json json_t *lines = read_it();
    assert_int_equal(json_array_size(lines), 2);
}

static void refuse(const char *why)
{
    struct record r;
    cleanup_error struct error err = {0};
    assert_false(record_open(&r, path, &err));
    if (!strstr(err.text, why))
        fail_msg("%s", err.text);
    record_close(&r);
}

static void refuses_what_is_no_plain_file(void **unused)
{
    (void)unused;
    cleanup_free char *other = mem_printf("%s/other", dir);
    int fd = open(other, O_WRONLY | O_CREAT, 0600);
    assert_int_equal(write(fd, "mine", 4), 4);
    close(fd);

    assert_int_equal(symlink(other, path), 0);
    refuse("symbolic link");
    unlink(path);
    assert_int_equal(link(other, path), 0);
    refuse("hard links");
    unlink(path);
    assert_int_equal(mkfifo(path, 0600), 0);
    refuse("not a regular file");
    unlink(path);
    assert_int_equal(mkdir(path, 0700), 0);
    refuse("irectory");
    rmdir(path);

    struct stat st;
    assert_int_equal(stat(other, &st), 0);
    assert_int_equal(st.st_size, 4);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(has_a_header, remove_file),
        cmocka_unit_test_teardown(keeps_characters_whole, remove_file),
        cmocka_unit_test_teardown(records_much, remove_file),
        cmocka_unit_test_teardown(records_sizes, remove_file),
        cmocka_unit_test_teardown(writes_as_it_happens, remove_file),
        cmocka_unit_test_teardown(takes_away_a_part_of_a_line, remove_file),
        cmocka_unit_test_teardown(replaces_an_older_recording, remove_file),
        cmocka_unit_test_teardown(leaves_an_old_one_until_it_begins, remove_file),
        cmocka_unit_test(refuses_what_is_no_plain_file),
    };
    return cmocka_run_group_tests(tests, make_dir, remove_dir);
}
