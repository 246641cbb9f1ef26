/* A stand-in for a session, for the tests of the terminal and its guardian: goes raw, shows what
 * it is told to, and then ends, stops or crashes as it is told to.
 *
 *     program [-g] [-c FILE] LOG SHOW
 *
 * What happens goes to LOG (a FIFO), a line each. What the file SHOW holds is shown.
 * -g: no guardian; -c: what is shown is recorded. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

#include "tty/guardian.h"
#include "tty/record.h"
#include "tty/term.h"

static int log_fd = -1, signal_pipe[2];
static struct record cast = {.fd = -1};

__attribute__((format(printf, 1, 2))) static void say(const char *fmt, ...)
{
    char line[256];
    va_list ap;
    va_start(ap, fmt);
    int n = vsnprintf(line, sizeof line - 1, fmt, ap);
    va_end(ap);
    line[n++] = '\n';
    if (write(log_fd, line, (size_t)n) != n)
        _exit(99);
}

static void check(bool done, struct error *err)
{
    if (done)
        return;
    say("error %s", err->text);
    exit(98);
}

static void show(const char *bytes, size_t n)
{
    struct error err = {0};
    term_watch(bytes, n);
    check(record_output(&cast, bytes, n, &err), &err);
    while (n) {
        ssize_t done = write(STDOUT_FILENO, bytes, n);
        if (done < 0)
            _exit(97);
        bytes += done;
        n -= (size_t)done;
    }
}

static void show_file(const char *path)
{
    char bytes[4096];
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    for (ssize_t n; (n = read(fd, bytes, sizeof bytes)) > 0;)
        show(bytes, (size_t)n);
    close(fd);
}

static void on_signal(int sig)
{
    int error = errno;
    unsigned char byte = (unsigned char)sig;
    if (write(signal_pipe[1], &byte, 1) != 1)
        _exit(96);
    errno = error;
}

static void catch_signals(void)
{
    static const int caught[] = {SIGTERM, SIGHUP, SIGINT, SIGUSR1, SIGCONT, SIGWINCH};
    if (pipe(signal_pipe) != 0)
        _exit(95);
    for (size_t i = 0; i < sizeof caught / sizeof *caught; i++)
        sigaction(
            caught[i], &(struct sigaction){.sa_handler = on_signal, .sa_flags = SA_RESTART}, NULL);
}

static int overflow(int depth)
{
    volatile char big[65536];
    big[0] = (char)depth;
    return depth ? overflow(depth - 1) + big[0] : 0;
}

static void fault(void)
{
    volatile char *page = mmap(NULL, 1, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    *page = 1;
}

/* Fills the terminal until it takes no more, on an open file that nobody shares. */
static void fill(void)
{
    static const char bytes[4096] = {'x'};
    int fd = open(ttyname(STDOUT_FILENO), O_WRONLY | O_NONBLOCK | O_NOCTTY);
    while (write(fd, bytes, sizeof bytes) > 0 || write(fd, bytes, 1) > 0)
        ;
    say("full");
}

static void obey(unsigned char command)
{
    switch (command) {
    case 'q':
        term_leave_raw();
        term_leave_raw();
        record_close(&cast);
        exit(0);
    case '3':
        term_leave_raw();
        exit(3);
    case 'e':
        exit(4); /* the terminal is left to exit() */
    case 'x':
        _exit(5); /* ... to the guardian */
    case 'a':
        abort();
    case 's':
        fault();
        break;
    case 'o':
        overflow(INT_MAX);
        break;
    case 'f':
        raise(SIGFPE);
        break;
    case 'i':
        raise(SIGILL);
        break;
    case 'b':
        raise(SIGBUS);
        break;
    case 'w':
        fill();
        break;
    case 'h':
        say("hung");
        for (;;)
            pause();
    default:
        say("typed %02x", command);
    }
}

static void go_raw(void)
{
    struct error err = {0};
    check(term_enter_raw(&err), &err);
    say("raw");
}

static void take_signal(int sig)
{
    if (guardian_is_copy(sig)) {
        say("copy %d", sig);
        return;
    }
    say("signal %d", sig);
    struct error err = {0};
    unsigned rows, columns;
    if (sig == SIGWINCH && term_size(&rows, &columns))
        check(record_resize(&cast, rows, columns, &err), &err);
    if (sig == SIGCONT) {
        go_raw();
    } else if (sig == SIGINT || sig == SIGHUP) {
        term_leave_raw();
        exit(128 + sig);
    }
}

static void live(void)
{
    struct pollfd fds[] = {
        {STDIN_FILENO,        POLLIN, 0},
        {signal_pipe[0],      POLLIN, 0},
        {guardian_death_fd(), POLLIN, 0}
    };
    for (;;) {
        unsigned char byte;
        if (poll(fds, 3, -1) < 0)
            continue;
        if (fds[2].revents) {
            say("orphan");
            term_leave_raw();
            say("left");
            exit(0);
        }
        if (fds[1].revents && read(signal_pipe[0], &byte, 1) == 1)
            take_signal(byte);
        else if (fds[0].revents & (POLLIN | POLLHUP) && read(STDIN_FILENO, &byte, 1) == 1)
            obey(byte);
        else if (fds[0].revents & POLLHUP)
            fds[0].fd = -1;
    }
}

int main(int argc, char **argv)
{
    bool guarded = true;
    const char *cast_path = NULL;
    struct error err = {0};
    for (int opt; (opt = getopt(argc, argv, "gc:")) != -1;) {
        guarded &= opt != 'g';
        cast_path = opt == 'c' ? optarg : cast_path;
    }
    log_fd = open(argv[optind], O_WRONLY | O_CLOEXEC);
    pid_t first = getpid();
    if (guarded)
        check(guardian_start(&err), &err);
    catch_signals();
    unsigned rows, columns;
    say("size %d", term_size(&rows, &columns) ? (int)(rows * 1000 + columns) : -1);
    if (cast_path)
        check(
            record_open(&cast, cast_path, &err) && record_begin(&cast, rows, columns, &err), &err);
    say("started %d %d", (int)first, (int)getpid());
    go_raw();
    show_file(argv[optind + 1]);
    say("ready");
    live();
}
