/* Completion of names that come from files: profiles and services, on a table of its own. What is
 * offered from ccpod's own table, and in the shells, is tested in test/cli. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <unistd.h>

#include "base/file.h"
#include "base/limits.h"
#include "base/mem.h"
#include "cli/complete.h"

/* clang-format off */
static const struct flag root_flags[] = {
    { .name = "profile", .kind = FLAG_TEXT, .value = "NAME", .complete = COMPLETE_PROFILE },
    { .name = "C", .kind = FLAG_TEXT, .value = "DIR", .complete = COMPLETE_DIR },
    { .name = "v", .kind = FLAG_COUNT },
    { 0 },
};
/* clang-format on */
static const struct command logs = {
    .name = "logs", .complete = COMPLETE_SERVICE, .words_most = WORDS_ANY};
static const struct command restart = {
    .name = "restart", .complete = COMPLETE_SERVICE, .words_most = 1};
static const struct command *const commands[] = {&logs, &restart, NULL};
static const struct command root = {.name = "prog", .flags = root_flags, .commands = commands};

static char dir[] = "/tmp/ccpod-test-XXXXXX";

static void write_file(const char *path, const char *text)
{
    cleanup_error struct error err = {0};
    cleanup_free char *whole = mem_printf("%s/%s", dir, path);
    cleanup_free char *parent = mem_strndup(whole, (size_t)(strrchr(whole, '/') - whole));
    assert_true(file_make_dirs(parent, 0755, &err));
    assert_true(file_replace(whole, text, strlen(text), 0600, &err));
}

static int make_files(void **state)
{
    (void)state;
    assert_non_null(mkdtemp(dir));
    cleanup_free char *home = mem_printf("%s/home", dir);
    assert_int_equal(setenv("CCPOD_HOME", home, 1), 0);
    write_file("home/profiles/default/profile.yml",
        "name: default\nconfig: {source: local}\nservices: {db: {image: a}, cache: {image: a}}\n");
    write_file("home/profiles/work/profile.yml",
        "name: work\nconfig: {source: local}\nservices: {queue: {image: a}}\n");
    write_file("home/profiles/broken/profile.yml", "name: [\n");
    write_file("one/.ccpod.yml", "services: {web: {image: a}, db: {image: b}}\n");
    write_file("two/.ccpod.yml", "profile: work\n");
    write_file("bad/.ccpod.yml", "services: 1\n");
    cleanup_free char *project = mem_printf("%s/one", dir);
    return chdir(project);
}

static int remove_files(void **state)
{
    (void)state;
    return chdir("/") == 0 && file_remove_tree(dir) ? 0 : -1;
}

/* `line` has "|" between its words; `expected` are the candidates, each followed by a space. */
static void offers(const char *line, const char *expected)
{
    cleanup_strv struct strv words = {0};
    cleanup_str struct str out = STR(MIB);
    while (line) {
        size_t n = strcspn(line, "|");
        strv_take(&words, mem_strndup(line, n));
        line = line[n] ? line + n + 1 : NULL;
    }
    complete(&root, &words, &out);
    for (char *s = out.s; *s; s++)
        *s = *s == '\n' ? ' ' : *s;
    assert_string_equal(out.s, expected);
}

static void offers_profiles(void **state)
{
    (void)state;
    offers("--profile|", "broken default work ");
    offers("logs|--profile=w", "--profile=work ");
    offers("logs|--profile|=|w", "work ");
}

static void offers_services(void **state)
{
    (void)state;
    offers("logs|", "db cache web ");
    offers("logs|w", "web ");
    offers("logs|db|c", "cache ");
    offers("restart|", "db cache web ");
    offers("restart|db|", "");
    offers("logs|--|d", "db ");
}

static void heeds_profile_and_directory(void **state)
{
    (void)state;
    offers("--profile|work|logs|", "queue web db ");
    offers("logs|--profile=work|q", "queue ");
    offers("logs|--profile|=|work|q", "queue ");
    offers("-C|../two|logs|", "queue ");
    offers("-vC../two|logs|", "queue ");
    offers("-C|../two|logs|--profile|default|", "db cache ");
}

/* What cannot be read is not there. */
static void survives_broken_files(void **state)
{
    (void)state;
    offers("--profile|broken|logs|", "web db ");
    offers("--profile|../x|logs|", "web db ");
    offers("-C|../bad|logs|", "db cache ");
    offers("-C|../missing|logs|", "db cache ");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(offers_profiles),
        cmocka_unit_test(offers_services),
        cmocka_unit_test(heeds_profile_and_directory),
        cmocka_unit_test(survives_broken_files),
    };
    return cmocka_run_group_tests(tests, make_files, remove_files);
}
