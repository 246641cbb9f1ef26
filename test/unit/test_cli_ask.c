/* Questions on a terminal. Each is asked by a child on a pseudo terminal; what is typed is sent
 * once the question stands on it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/str.h"
#include "cli/ask.h"

enum { IMPOSSIBLE = 99 };

struct terminal {
    int master;
    pid_t child;
    struct str screen;
};

static void begin(struct terminal *t, const char *typed_before, bool fallback)
{
    str_init(&t->screen, 4096);
    t->master = posix_openpt(O_RDWR | O_NOCTTY);
    assert_true(t->master >= 0 && grantpt(t->master) == 0 && unlockpt(t->master) == 0);
    int slave = open(ptsname(t->master), O_RDWR | O_NOCTTY);
    assert_true(slave >= 0);
    assert_int_equal(write(t->master, typed_before, strlen(typed_before)), strlen(typed_before));
    t->child = fork();
    assert_true(t->child >= 0);
    if (t->child == 0) {
        dup2(slave, STDIN_FILENO);
        dup2(slave, STDERR_FILENO);
        _exit(ask_is_possible() ? ask_yes("Go on?", fallback) : IMPOSSIBLE);
    }
    close(slave);
}

/* Reads until `n` questions stand on the terminal. */
static void await_questions(struct terminal *t, int n)
{
    for (;;) {
        char bytes[256];
        int found = 0;
        for (const char *s = t->screen.s; (s = strstr(s, "Go on? [")); s++)
            found++;
        if (found >= n && text_ends(t->screen.s, "] "))
            return;
        ssize_t got = read(t->master, bytes, sizeof bytes);
        assert_true(got > 0);
        str_add(&t->screen, bytes, (size_t)got);
    }
}

static void type(struct terminal *t, const char *text)
{
    assert_int_equal(write(t->master, text, strlen(text)), strlen(text));
}

static int end(struct terminal *t)
{
    int status;
    while (waitpid(t->child, &status, 0) < 0)
        assert_int_equal(errno, EINTR);
    assert_true(WIFEXITED(status));
    close(t->master);
    str_release(&t->screen);
    return WEXITSTATUS(status);
}

static void takes_answers(void **state)
{
    (void)state;
    static const struct {
        const char *typed;
        bool fallback, yes;
    } rows[] = {
        {"y\n",    false, true },
        {"YES\n",  false, true },
        {"n\n",    true,  false},
        {"No\n",   true,  false},
        {"\n",     false, false},
        {"\n",     true,  true },
        {"\x04",   true,  false}, /* the end of input */
        {"yes!\n", false, false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct terminal t;
        begin(&t, "", rows[i].fallback);
        await_questions(&t, 1);
        assert_non_null(strstr(t.screen.s, rows[i].fallback ? "[Y/n]" : "[y/N]"));
        type(&t, rows[i].typed);
        if (strchr(rows[i].typed, '!')) { /* neither: asked again */
            await_questions(&t, 2);
            type(&t, "\n");
        }
        assert_int_equal(end(&t), rows[i].yes);
    }
}

static void gives_up_after_three(void **state)
{
    (void)state;
    struct terminal t;
    begin(&t, "", true);
    for (int i = 1; i <= 3; i++) {
        await_questions(&t, i);
        type(&t, "perhaps, and a very long story that nobody has asked for\n");
    }
    assert_int_equal(end(&t), 0);
}

/* A pasted text must not answer what it could not know of. */
static void ignores_what_was_typed_before(void **state)
{
    (void)state;
    struct terminal t;
    begin(&t, "y\ny\n", false);
    await_questions(&t, 1);
    type(&t, "\n");
    assert_int_equal(end(&t), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(takes_answers),
        cmocka_unit_test(gives_up_after_three),
        cmocka_unit_test(ignores_what_was_typed_before),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
