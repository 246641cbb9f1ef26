/* supervise.c - see supervise.h. */
#include "guest/supervise.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/guest_abi.h"
#include "base/log.h"
#include "base/mem.h"
#include "guest/caps.h"
#include "guest/child.h"
#include "guest/env.h"
#include "guest/outcome.h"
#include "guest/serve.h"
#include "guest/watch.h"

struct supervisor {
    pid_t child;
    int terminal; /* -1: none */
    int signals;
    int gate[2]; /* a pipe: the child waits at its end for a word of ours */
    struct watch watch;
    struct serve serve;
    bool ended;
    int status;
};

static void to_foreground(const struct supervisor *s)
{
    if (s->terminal >= 0)
        tcsetpgrp(s->terminal, s->child);
}

/* In the child: without a word PID 1 could not do what it has to do first, and says why itself. */
static void await_word(const struct supervisor *s)
{
    char word;
    close(s->gate[1]);
    if (read(s->gate[0], &word, 1) != 1)
        _exit(GUEST_EXIT_FAILED);
}

static _Noreturn void run_child(const struct supervisor *s, struct guest *guest)
{
    struct error err = {0};
    const struct child_user user = {
        guest->user.uid, guest->user.gid, guest->user.groups, guest->user.n_groups, guest->relaxed};

    setpgid(0, 0);
    if (s->terminal >= 0)
        tcsetpgrp(s->terminal, getpid());
    child_reset_signals();
    umask(022);
    if (guest->root)
        env_be_root(&guest->env);
    if (guest->root || child_become(&user, &err)) {
        await_word(s);
        child_exec(&guest->command, &guest->env, &err);
    }
    log_error(&err);
    _exit(err.exit_code);
}

static void close_gate(struct supervisor *s)
{
    for (int i = 0; i < 2; i++) {
        mem_cleanup_close(&s->gate[i]);
        s->gate[i] = -1;
    }
}

/* Nothing of the user's runs before PID 1 has given up the rights that it does not need. */
static bool give_up_rights(struct supervisor *s, struct error *err)
{
    bool ok = caps_limit_bounding(caps_to_supervise, err) && caps_limit(caps_to_supervise, err);
    if (ok && write(s->gate[1], "", 1) != 1)
        ok = error_set(err, "start the command: %s", strerror(errno));
    close_gate(s);
    return ok;
}

/* The child alone reads and writes the container's streams: when it closes one, it is closed. */
static void leave_streams(void)
{
    cleanup_close int null = open("/dev/null", O_RDWR | O_CLOEXEC);
    if (null >= 0) {
        dup2(null, STDIN_FILENO);
        dup2(null, STDOUT_FILENO);
    }
}

static bool start(struct supervisor *s, struct guest *guest, struct error *err)
{
    sigset_t all;
    sigfillset(&all);
    s->signals = signalfd(-1, &all, SFD_CLOEXEC | SFD_NONBLOCK);
    s->terminal = isatty(STDIN_FILENO) ? fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3) : -1;
    if (s->signals < 0)
        return error_set(err, "wait for signals: %s", strerror(errno));
    if (pipe2(s->gate, O_CLOEXEC) < 0)
        return error_set(err, "make a pipe: %s", strerror(errno));

    if (!guest->root)
        child_give_streams(guest->user.uid);
    s->child = fork();
    if (s->child == 0)
        run_child(s, guest);
    if (s->child < 0)
        return error_set(err, "start a process: %s", strerror(errno));
    /* Both do it: whichever is first, it is done before either goes on. */
    setpgid(s->child, s->child);
    to_foreground(s);
    leave_streams();
    return give_up_rights(s, err);
}

static void reap(struct supervisor *s)
{
    int status;
    pid_t pid;
    while ((pid = waitpid(-1, &status, WNOHANG | WUNTRACED)) > 0) {
        if (pid != s->child)
            continue;
        if (WIFSTOPPED(status)) {
            /* In the foreground first: what stopped for the terminal would only stop again. */
            to_foreground(s);
            kill(-s->child, SIGCONT);
        } else {
            s->ended = true;
            s->status = status;
        }
    }
}

static void pass_on(const struct supervisor *s, int sig)
{
    switch (sig) {
    case SIGINT:
    case SIGQUIT:
    case SIGTSTP:
    case SIGCONT:
    case SIGWINCH:
        kill(-s->child, sig);
        break;
    case SIGTTIN:
    case SIGTTOU:
        break; /* meant for PID 1 itself, which is in the background */
    default:
        kill(s->child, sig);
    }
}

static void handle_signals(struct supervisor *s)
{
    struct signalfd_siginfo info;
    while (!s->ended && read(s->signals, &info, sizeof info) == sizeof info) {
        if (info.ssi_signo == SIGCHLD)
            reap(s);
        else
            pass_on(s, (int)info.ssi_signo);
    }
}

/* Trouble with the credentials is not said here, in the midst of Claude's screen: watch_finish()
 * tries again, and tells. */
static void stay(struct supervisor *s)
{
    enum { SIGNALS, CALLERS, CREDENTIALS, FDS };
    struct pollfd fds[FDS];
    const int watched[FDS] = {s->signals, s->serve.listening, s->watch.readable};

    for (int i = 0; i < FDS; i++)
        fds[i] = (struct pollfd){.fd = watched[i], .events = POLLIN};
    while (!s->ended) {
        cleanup_error struct error trouble = {0};
        if (poll(fds, FDS, -1) < 0)
            continue;
        if (fds[CREDENTIALS].revents) {
            watch_handle(&s->watch, &trouble);
            fds[CREDENTIALS].fd = s->watch.readable;
        }
        if (fds[CALLERS].revents)
            serve_handle(&s->serve);
        if (fds[SIGNALS].revents)
            handle_signals(s);
    }
}

int supervise(struct guest *guest, struct error *err)
{
    struct supervisor s = {
        .child = -1, .terminal = -1, .signals = -1, .gate = {-1, -1},
                   .serve = {-1, -1}
    };
    int code = EXIT_CODE_FAILED;

    if (watch_begin(&s.watch, guest, err) && serve_begin(&s.serve, guest, err) &&
        start(&s, guest, err)) {
        stay(&s);
        code = outcome_of_wait(s.status);
        watch_finish(&s.watch, err);
    }
    serve_release(&s.serve);
    watch_release(&s.watch);
    close_gate(&s);
    mem_cleanup_close(&s.signals);
    mem_cleanup_close(&s.terminal);
    return code;
}
