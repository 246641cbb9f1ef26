/* config_fixture.h - for the tests of configuration: a home and a project in a temporary
 * directory, files in them, and one call that resolves. */
#ifndef TEST_UNIT_CONFIG_FIXTURE_H
#define TEST_UNIT_CONFIG_FIXTURE_H

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/file.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/path.h"
#include "config/resolved.h"

struct fixture {
    char *root;
    char *project;
    struct ccpod_home home;
    struct strv env, args;
    struct resolve_flags flags;
    struct resolved r;
    struct error err;
};

/* Writes ROOT/path with its directories; `mode` 0 is 0644. */
static inline void put_mode(struct fixture *f, const char *path, const char *text, mode_t mode)
{
    struct error err = {0};
    cleanup_free char *full = path_join(f->root, path);
    cleanup_free char *dir = path_dir(full);
    assert_true(file_make_dirs(dir, 0755, &err));
    unlink(full);
    int fd = open(full, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    assert_true(fd >= 0 && file_write_all(fd, text, strlen(text)));
    assert_int_equal(fchmod(fd, mode ? mode : 0644), 0);
    close(fd);
}

static inline void put(struct fixture *f, const char *path, const char *text)
{
    put_mode(f, path, text, 0);
}

/* profiles/default/profile.yml, what every profile needs put in front. */
static inline void put_profile(struct fixture *f, const char *text)
{
    cleanup_free char *all = mem_printf("name: default\nconfig: {source: local}\n%s", text);
    put(f, "home/profiles/default/profile.yml", all);
}

static inline void put_project(struct fixture *f, const char *text)
{
    put(f, "project/.ccpod.yml", text);
}

static inline void drop(struct fixture *f, const char *path)
{
    cleanup_free char *full = path_join(f->root, path);
    assert_true(file_remove_tree(full));
}

static inline void put_link(struct fixture *f, const char *path, const char *target)
{
    cleanup_free char *full = path_join(f->root, path);
    cleanup_free char *dir = path_dir(full);
    struct error err = {0};
    assert_true(file_make_dirs(dir, 0755, &err));
    unlink(full);
    assert_int_equal(symlink(target, full), 0);
}

static inline int fixture_setup(void **state)
{
    struct fixture *f = mem_zalloc(sizeof *f);
    char template[] = "/tmp/ccpod-config-XXXXXX";
    assert_non_null(mkdtemp(template));
    f->root = path_real(template, &f->err);
    f->project = path_join(f->root, "project");
    assert_int_equal(mkdir(f->project, 0755), 0);
    cleanup_free char *home = path_join(f->root, "home");
    setenv("CCPOD_HOME", home, 1);
    setenv("ANTHROPIC_API_KEY", "test-key-0123456789", 1);
    assert_true(home_find(&f->home, &f->err));
    f->flags = (struct resolve_flags){
        .home = &f->home, .dir = f->project, .env = &f->env, .claude_args = &f->args};
    *state = f;
    return 0;
}

static inline int fixture_teardown(void **state)
{
    struct fixture *f = *state;
    resolved_release(&f->r);
    error_clear(&f->err);
    home_release(&f->home);
    strv_release(&f->env);
    strv_release(&f->args);
    file_remove_tree(f->root);
    free(f->root);
    free(f->project);
    free(f);
    log_close();
    return 0;
}

/* Resolves all; what was there from before is gone. */
static inline bool resolve_now(struct fixture *f)
{
    resolved_release(&f->r);
    error_clear(&f->err);
    return resolve(&f->flags, &f->r, &f->err) && resolve_assets(&f->r, &f->err);
}

static inline void resolve_ok(struct fixture *f)
{
    if (!resolve_now(f))
        fail_msg("resolve: %s", f->err.text);
}

static inline void resolve_fails(struct fixture *f, const char *part)
{
    if (resolve_now(f))
        fail_msg("resolved, and should have failed with: %s", part);
    if (!strstr(f->err.text, part))
        fail_msg("failed with \"%s\", not with \"%s\"", f->err.text, part);
}

static inline bool has_part(const struct strv *list, const char *part)
{
    for (size_t i = 0; i < list->n; i++)
        if (strstr(list->v[i], part))
            return true;
    return false;
}

/* The list as one text, "a|b|c"; a few are alive at a time. */
static inline const char *joined(const struct strv *list)
{
    static char texts[4][4096];
    static unsigned next;
    char *text = texts[next++ % 4];
    size_t n = 0;
    text[0] = '\0';
    for (size_t i = 0; i < list->n; i++)
        n += (size_t)snprintf(text + n, sizeof texts[0] - n, "%s%s", i ? "|" : "", list->v[i]);
    return text;
}

#define config_test(f) cmocka_unit_test_setup_teardown(f, fixture_setup, fixture_teardown)

#endif
