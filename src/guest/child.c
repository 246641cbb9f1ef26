/* child.c - see child.h. */
#include "guest/child.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/securebits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/limits.h"
#include "base/mem.h"
#include "guest/caps.h"
#include "guest/outcome.h"

void child_give_streams(uid_t uid)
{
    for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++) {
        struct stat st;
        if (fstat(fd, &st) == 0 && (isatty(fd) || S_ISFIFO(st.st_mode)) && st.st_uid != uid)
            (void)!fchown(fd, uid, (gid_t)-1);
    }
}

void child_size_terminal(const char *size)
{
    struct winsize now;
    unsigned short rows, columns;
    if (!size || sscanf(size, "%hux%hu", &rows, &columns) != 2)
        return;
    if (ioctl(STDIN_FILENO, TIOCGWINSZ, &now) == 0 && now.ws_row == 0)
        ioctl(STDIN_FILENO, TIOCSWINSZ, &(struct winsize){.ws_row = rows, .ws_col = columns});
}

static bool failed(struct error *err, const char *doing)
{
    return error_set(err, "%s: %s", doing, strerror(errno));
}

/* Root's uid alone would give every capability back at the next exec. */
static bool lock_root(struct error *err)
{
    const unsigned long bits = SECBIT_NOROOT | SECBIT_NOROOT_LOCKED;
    return prctl(PR_SET_SECUREBITS, bits, 0, 0, 0) == 0 || failed(err, "lock root's rights");
}

static bool check(const struct child_user *user, bool relaxed, struct error *err)
{
    uid_t r, e, s;
    gid_t rg, eg, sg;
    uint64_t left, bounding;

    if (getresuid(&r, &e, &s) < 0 || getresgid(&rg, &eg, &sg) < 0)
        return failed(err, "read the ids");
    if (!caps_left(&left, &bounding, err))
        return false;
    if (r != user->uid || e != user->uid || s != user->uid || rg != user->gid || eg != user->gid ||
        sg != user->gid || left || (bounding && !relaxed))
        return error_set(err, "rights are left that should be gone");
    return true;
}

bool child_become(const struct child_user *user, struct error *err)
{
    bool relaxed = user->relaxed && user->uid != 0;

    if (!relaxed && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
        return failed(err, "set no_new_privs");
    if (setgroups(user->n_groups, user->groups) < 0)
        return failed(err, "set the groups");
    if (setresgid(user->gid, user->gid, user->gid) < 0)
        return failed(err, "set the group id");
    if (!relaxed && (!lock_root(err) || !caps_limit_bounding(CAPS_NONE, err)))
        return false;
    if (setresuid(user->uid, user->uid, user->uid) < 0)
        return failed(err, "set the user id");
    return caps_limit(CAPS_NONE, err) && check(user, relaxed, err);
}

void child_reset_signals(void)
{
    const struct sigaction standard = {.sa_handler = SIG_DFL};
    sigset_t none;
    for (int sig = 1; sig < NSIG; sig++)
        sigaction(sig, &standard, NULL);
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
}

static void add_variables(struct strv *ret, const struct map *env)
{
    map_foreach (e, env)
        strv_addf(ret, "%s=%s", e->key, e->value);
}

/* Tries one path; back with errno, ENOEXEC in place of ENOENT where it is the interpreter that is
 * missing. */
static int try(const char *path, char *const *argv, char *const *env)
{
    struct stat st;
    execve(path, argv, env);
    if (errno == ENOENT && stat(path, &st) == 0)
        return ELIBACC;
    return errno == EACCES && stat(path, &st) == 0 && S_ISDIR(st.st_mode) ? EISDIR : errno;
}

/* As execvp() does it, but it tells apart what is missing and what may not be run. */
static int search(const char *path, char *const *argv, char *const *env)
{
    int result = ENOENT;
    if (strchr(argv[0], '/'))
        return try(argv[0], argv, env);
    for (;;) {
        size_t n = strcspn(path, ":");
        cleanup_free char *full = mem_printf("%.*s/%s", n ? (int)n : 1, n ? path : ".", argv[0]);
        int error = try(full, argv, env);
        bool go_on = error == ENOENT || error == ENOTDIR || error == EACCES || error == EISDIR;
        if (!go_on)
            return error;
        if (error == EACCES)
            result = EACCES;
        if (!path[n])
            return result;
        path += n + 1;
    }
}

static void say_why(const char *name, const char *path, int error, struct error *err)
{
    int code = outcome_of_exec(error);
    if (error == ENOENT && !strchr(name, '/'))
        error_set_code(err, code, "run %s: the image has none in its PATH (%s)", name, path);
    else if (error == ELIBACC)
        error_set_code(err, code, "run %s: the image lacks its interpreter or loader", name);
    else if (error == ENOEXEC)
        error_set_code(
            err, code, "run %s: not a program for this machine, nor a script with #!", name);
    else
        error_set_code(err, code, "run %s: %s", name, strerror(error));
    if (error == ENOENT && strcmp(name, "claude") == 0)
        error_hint(err, "An image for ccpod has Claude Code in it (npm install -g "
                        "@anthropic-ai/claude-code), or is made FROM ccpod's base image.");
}

void child_exec(const struct strv *command, const struct map *env, struct error *err)
{
    static const char *const shells[] = {"bash", "sh"};
    cleanup_strv struct strv variables = {0};
    const char *path = map_get(env, "PATH");
    int error = ENOENT;

    path = path ? path : "/usr/bin:/bin";
    add_variables(&variables, env);
    if (command->n) {
        error = search(path, command->v, variables.v);
        say_why(command->v[0], path, error, err);
        return;
    }
    for (size_t i = 0; i < array_size(shells); i++) {
        cleanup_strv struct strv shell = {0};
        strv_add(&shell, shells[i]);
        error = search(path, shell.v, variables.v);
    }
    say_why("sh", path, error, err);
}
