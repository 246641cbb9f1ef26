/* The user's environment, its secrets and its way to a shell; git's file; exit codes. */
#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/limits.h"
#include "base/mem.h"
#include "guest/env.h"
#include "guest/gitconfig.h"
#include "guest/identity.h"
#include "guest/outcome.h"

static struct user some_user(uid_t uid)
{
    static char name[] = "node", home[] = "/home/node", shell[] = "/bin/bash";
    return (struct user){
        .name = name,
        .uid = uid,
        .gid = 7,
        .groups = {7, 8},
        .n_groups = 2,
        .home = home,
        .shell = shell
    };
}

static void shows_the_user_what_is_his(void **state)
{
    (void)state;
    cleanup_map struct map given = {0}, env = {0};
    struct user user = some_user(1500);
    map_set(&given, "HOME", "/root");
    map_set(&given, "EMPTY", "");
    map_set(&given, "SHELL", "/bin/zsh");
    map_set(&given, "PUID", "1500");
    map_set(&given, "CCPOD_STATE", "ephemeral");
    map_set(&given, "CCPOD_ALLOWED_HOSTS", "");
    map_set(&given, "CCPOD_SHELL_MODE", "");
    map_set(&given, "CCPOD_IMAGE_USER", "node");
    map_set(&given, "CCPOD_BYPASS", "1");
    env_for_user(&given, &user, &env);
    assert_string_equal(map_get(&env, "HOME"), "/home/node");
    assert_string_equal(map_get(&env, "USER"), "node");
    assert_string_equal(map_get(&env, "LOGNAME"), "node");
    assert_string_equal(map_get(&env, "SHELL"), "/bin/zsh");
    assert_string_equal(map_get(&env, "EMPTY"), "");
    assert_string_equal(map_get(&env, "CCPOD_STATE"), "ephemeral");
    assert_string_equal(map_get(&env, "DISABLE_AUTOUPDATER"), "1");
    assert_non_null(strstr(map_get(&env, "PATH"), "/usr/bin"));
    static const char *const hidden[] = {"CCPOD_ALLOWED_HOSTS", "CCPOD_SHELL_MODE",
        "CCPOD_IMAGE_USER", "CCPOD_BYPASS", "IS_SANDBOX"};
    for (size_t i = 0; i < array_size(hidden); i++)
        assert_null(map_get(&env, hidden[i]));
}

static void tells_claude_that_its_root_is_none(void **state)
{
    (void)state;
    cleanup_map struct map given = {0}, env = {0};
    struct user user = some_user(0);
    env_for_user(&given, &user, &env);
    assert_string_equal(map_get(&env, "IS_SANDBOX"), "1");
}

static bool add(struct map *env, const char *bytes, size_t n, struct error *err)
{
    cleanup_str struct str text = STR(MIB);
    str_add(&text, bytes, n);
    return env_add_secrets(env, &text, err);
}
#define ADD(env, literal, err) add(env, literal, sizeof(literal) - 1, err)

static void adds_secrets(void **state)
{
    (void)state;
    cleanup_map struct map env = {0};
    cleanup_error struct error err = {0};
    map_set(&env, "A", "old");
    assert_true(ADD(&env, "A=1\0_b2=two = 2\nlines\0EMPTY=\0", &err));
    assert_string_equal(map_get(&env, "A"), "1");
    assert_string_equal(map_get(&env, "_b2"), "two = 2\nlines");
    assert_string_equal(map_get(&env, "EMPTY"), "");
    assert_true(ADD(&env, "", &err));
}

static void refuses_secrets_of_another_form(void **state)
{
    (void)state;
    cleanup_map struct map env = {0};
    cleanup_error struct error e1 = {0}, e2 = {0}, e3 = {0}, e4 = {0}, e5 = {0};
    assert_false(ADD(&env, "A=sk-cut-off", &e1));
    assert_null(strstr(e1.text, "sk-cut-off"));
    assert_false(ADD(&env, "A=1\0sk-no-name\0", &e2));
    assert_string_equal(e2.text, "byte 4: not NAME=VALUE and a NUL byte");
    assert_false(ADD(&env, "=x\0", &e3));
    assert_false(ADD(&env, "1A=x\0", &e4));
    assert_false(ADD(&env, "\0", &e5));
}

static void puts_the_flag_behind_claude(void **state)
{
    (void)state;
    static const struct {
        const char *yolo, *command[5], *expected[5];
    } rows[] = {
        {"1",  {"claude", "-p", "--", "x"},
         {"claude", "--dangerously-skip-permissions", "-p", "--", "x"}                                            },
        {"1",  {"/usr/bin/claude"},                          {"/usr/bin/claude", "--dangerously-skip-permissions"}},
        {"1",  {"claude", "--dangerously-skip-permissions"},
         {"claude", "--dangerously-skip-permissions"}                                                             },
        {"1",  {"sh", "claude"},                             {"sh", "claude"}                                     },
        {"0",  {"claude"},                                   {"claude"}                                           },
        {NULL, {"claude"},                                   {"claude"}                                           },
        {"1",  {NULL},                                       {NULL}                                               },
    };
    for (size_t i = 0; i < array_size(rows); i++) {
        cleanup_map struct map env = {0};
        cleanup_strv struct strv command = {0};
        for (size_t k = 0; k < 5 && rows[i].command[k]; k++)
            strv_add(&command, rows[i].command[k]);
        if (rows[i].yolo)
            map_set(&env, "CLAUDE_YOLO", rows[i].yolo);
        env_apply_yolo(&env, &command);
        for (size_t k = 0; k < command.n; k++)
            assert_string_equal(command.v[k], rows[i].expected[k]);
        assert_true(command.n == 5 || !rows[i].expected[command.n]);
    }
}

static void an_identity_comes_back_whole(void **state)
{
    (void)state;
    cleanup_map struct map env = {0};
    cleanup_error struct error err = {0};
    cleanup_str struct str text = STR(LIMIT_IDENTITY);
    struct user user = some_user(1500);
    struct identity identity;
    map_set(&env, "A", "");
    map_set(&env, "B", "x=y\nz");
    assert_true(identity_write(&user, true, &env, &text));
    assert_true(identity_read(&text, &identity, &err));
    assert_int_equal(identity.uid, 1500);
    assert_int_equal(identity.n_groups, 2);
    assert_int_equal(identity.groups[0], 7);
    assert_int_equal(identity.groups[1], 8);
    assert_true(identity.relaxed);
    assert_int_equal(identity.env.n, 2);
    assert_string_equal(map_get(&identity.env, "A"), "");
    assert_string_equal(map_get(&identity.env, "B"), "x=y\nz");
    identity_release(&identity);
}

static void an_identity_that_is_cut_off_is_none(void **state)
{
    (void)state;
    cleanup_map struct map env = {0};
    cleanup_str struct str whole = STR(LIMIT_IDENTITY);
    struct user user = some_user(1500);
    size_t good = 0;
    map_set(&env, "A", "1");
    assert_true(identity_write(&user, false, &env, &whole));
    for (size_t n = 0; n < whole.len; n++) {
        cleanup_error struct error err = {0};
        cleanup_str struct str text = STR(LIMIT_IDENTITY);
        struct identity identity;
        str_add(&text, whole.s, n);
        if (identity_read(&text, &identity, &err)) {
            assert_int_equal(identity.env.n, 0); /* cut between the ids and the variables */
            identity_release(&identity);
            good++;
        }
    }
    assert_int_equal(good, 1);
}

static void quotes_for_git(void **state)
{
    (void)state;
    cleanup_str struct str text = STR(MIB);
    gitconfig_add(&text, "user", "name", "A \"B\" \\ C; #\nD");
    gitconfig_add(&text, "user", "email", NULL);
    assert_string_equal(text.s, "[user]\n\tname = \"A \\\"B\\\" \\\\ C; #\\nD\"\n");
}

static void maps_every_end_to_its_code(void **state)
{
    (void)state;
    for (int code = 0; code < 256; code++)
        assert_int_equal(outcome_of_wait(code << 8), code);
    for (int sig = 1; sig < 65; sig++) {
        assert_int_equal(outcome_of_wait(sig), 128 + sig);
        assert_int_equal(outcome_of_wait(sig | 0x80), 128 + sig); /* with a core dump */
    }
    assert_int_equal(outcome_of_exec(ENOENT), 127);
    assert_int_equal(outcome_of_exec(ENOTDIR), 127);
    assert_int_equal(outcome_of_exec(ELIBACC), 127);
    assert_int_equal(outcome_of_exec(EACCES), 126);
    assert_int_equal(outcome_of_exec(ENOEXEC), 126);
    assert_int_equal(outcome_of_exec(EISDIR), 126);
    assert_int_equal(outcome_of_exec(E2BIG), 126);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(shows_the_user_what_is_his),
        cmocka_unit_test(tells_claude_that_its_root_is_none),
        cmocka_unit_test(adds_secrets),
        cmocka_unit_test(refuses_secrets_of_another_form),
        cmocka_unit_test(puts_the_flag_behind_claude),
        cmocka_unit_test(an_identity_comes_back_whole),
        cmocka_unit_test(an_identity_that_is_cut_off_is_none),
        cmocka_unit_test(quotes_for_git),
        cmocka_unit_test(maps_every_end_to_its_code),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
