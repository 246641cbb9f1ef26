/* term.c - see term.h.
 *
 * Restoring is one function, restore(), that every way out reaches: term_leave_raw(), exit(),
 * the handlers of fatal signals, a stop, and the guardian. It calls only what a signal handler
 * may call, waits a bounded time for everything, and does nothing the second time. It goes
 *
 *   1. the modes that are left on are switched off (tty/modes.h);
 *   2. where the terminal may still send something of its own (mouse reports, an answer to a
 *      question of the last moments), it is asked what it is (DA1) and all bytes up to its answer
 *      are dropped, so that they are not typed into the shell;
 *   3. termios.
 *
 * Bytes go through an open file of our own, which does not block: a terminal that takes no more
 * bytes (a stopped one, a dead connection) must not keep us. */
#include "tty/term.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#include "loop/fd.h"
#include "tty/crash.h"
#include "tty/term_int.h"

enum {
    WRITE_MS = 100,   /* how long a terminal may refuse to take the undo sequences */
    ANSWER_MS = 1000, /* how long it may take to answer: it may be far away */
    RECENT_MS = 2000, /* a question older than this has been answered */
    STOPS_MOST = 100, /* how often we stop in the background before we believe that we stay there */
};

static struct term_state own_state, *state = &own_state;
static int keeper_gone = -1;
static void (*wake_keeper)(void);
static struct fd in = {-1, -1, FD_SHARED}, out = {-1, -1, FD_SHARED};

bool term_is_interactive(void)
{
    return isatty(STDIN_FILENO) && isatty(STDOUT_FILENO);
}

bool term_can_draw(int fd)
{
    const char *kind = getenv("TERM");
    return isatty(fd) && !(kind && strcmp(kind, "dumb") == 0);
}

static bool size_of(int fd, unsigned *ret_rows, unsigned *ret_columns)
{
    struct winsize size;
    if (ioctl(fd, TIOCGWINSZ, &size) != 0 || size.ws_row == 0 || size.ws_col == 0)
        return false;
    *ret_rows = size.ws_row;
    *ret_columns = size.ws_col;
    return true;
}

bool term_size(unsigned *ret_rows, unsigned *ret_columns)
{
    return size_of(STDOUT_FILENO, ret_rows, ret_columns) ||
           size_of(STDIN_FILENO, ret_rows, ret_columns);
}

static uint64_t now_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}

static void open_terminal(void)
{
    if (in.own < 0) {
        fd_open(&in, STDIN_FILENO, O_RDONLY);
        fd_open(&out, STDOUT_FILENO, O_WRONLY);
    }
}

void term_share(struct term_state *shared)
{
    state = shared;
    open_terminal();
}

void term_set_keeper(int gone, void (*wake)(void))
{
    keeper_gone = gone;
    wake_keeper = wake;
}

/* Does the shell keep off the terminal? */
static bool is_kept(void)
{
    struct pollfd p = {.fd = keeper_gone, .events = POLLIN};
    return keeper_gone < 0 || poll(&p, 1, 0) == 0;
}

/* Reading, writing and changing the terminal from the background stops a process, unless it has
 * these blocked. Returns the mask to go back to. */
static sigset_t block_job_control(void)
{
    sigset_t stops, before;
    sigemptyset(&stops);
    sigaddset(&stops, SIGTTOU);
    sigaddset(&stops, SIGTTIN);
    pthread_sigmask(SIG_BLOCK, &stops, &before);
    return before;
}

/* A terminal that is not the one of our session has no foreground: it is ours. */
static bool is_foreground(void)
{
    pid_t front = tcgetpgrp(in.own);
    return front == getpgrp() || (front < 0 && errno == ENOTTY);
}

static bool is_same(const struct termios *a, const struct termios *b)
{
    return a->c_iflag == b->c_iflag && a->c_oflag == b->c_oflag && a->c_cflag == b->c_cflag &&
           a->c_lflag == b->c_lflag && memcmp(a->c_cc, b->c_cc, sizeof a->c_cc) == 0;
}

static bool is_ours(void)
{
    struct termios now;
    return tcgetattr(in.own, &now) == 0 && is_same(&now, &state->ours);
}

static bool set_termios(const struct termios *modes)
{
    int done;
    do
        done = tcsetattr(in.own, TCSANOW, modes);
    while (done != 0 && errno == EINTR);
    return done == 0;
}

/* Milliseconds left, for poll(). */
static int left_of(uint64_t deadline)
{
    uint64_t now = now_ms();
    return now < deadline ? (int)(deadline - now) : 0;
}

/* False: it does not take them. */
static bool write_all(const char *bytes, size_t n)
{
    uint64_t deadline = now_ms() + WRITE_MS;
    while (n) {
        ssize_t done = fd_write(&out, bytes, n);
        if (done > 0) {
            bytes += done;
            n -= (size_t)done;
            continue;
        }
        struct pollfd p = {.fd = out.own, .events = POLLOUT};
        bool may_wait = done < 0 && (errno == EAGAIN || errno == EINTR);
        if (!may_wait || poll(&p, 1, left_of(deadline)) == 0)
            return false;
    }
    return true;
}

static void on_answer(void *user, enum escape_kind kind, const struct escape *e)
{
    if (kind == ESCAPE_CSI && e->marker == '?' && e->final == 'c')
        *(bool *)user = true;
}

/* Reads and drops until the terminal has said what it is. One that never stops sending is left
 * to itself, too. */
static void drop_answers(void)
{
    uint64_t deadline = now_ms() + ANSWER_MS;
    struct escape parser = {0};
    bool answered = false;
    while (!answered && left_of(deadline) > 0) {
        char bytes[512];
        struct pollfd p = {.fd = in.own, .events = POLLIN};
        int ready = poll(&p, 1, left_of(deadline));
        if (ready < 0 && errno == EINTR)
            continue;
        if (ready <= 0)
            break;
        ssize_t n = fd_read(&in, bytes, sizeof bytes);
        if (n > 0)
            escape_feed(&parser, bytes, (size_t)n, on_answer, &answered);
        else if (n == 0 || (errno != EAGAIN && errno != EINTR))
            break;
    }
    if (!answered)
        tcflush(in.own, TCIFLUSH);
}

static bool may_still_talk(void)
{
    return modes_talks(&state->modes) ||
           (state->asked_ms && now_ms() - state->asked_ms < RECENT_MS);
}

static void restore(void)
{
    int error = errno;
    sigset_t before = block_job_control();
    char undo[MODES_UNDO_MAX];
    bool talks = may_still_talk(), foreground = is_foreground();
    bool takes = write_all(undo, modes_undo(&state->modes, undo));
    if (takes && talks && foreground && is_kept() && write_all("\033[c", 3))
        drop_answers();
    if (foreground || is_ours())
        set_termios(&state->found);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    errno = error;
}

void term_leave_raw(void)
{
    if (state->phase == TERM_RAW)
        restore();
    if (state->phase != TERM_OFF) {
        modes_forget(&state->modes);
        state->asked_ms = 0;
        state->phase = TERM_OFF;
    }
}

void term_pause(void)
{
    if (state->phase == TERM_RAW) {
        restore();
        state->phase = TERM_PAUSED;
    }
}

/* A process in the background has no business here: it stops, and its group with it, until the
 * shell brings it to the front. A shell may continue it in the background as often as it likes;
 * where nobody could, in an orphaned group, the signal stops nobody. */
static bool come_to_front(struct error *err)
{
    for (unsigned i = 0; i < STOPS_MOST && !is_foreground(); i++)
        kill(0, SIGTTOU);
    return is_foreground() ||
           error_set(err, "take the terminal: this process runs in the background");
}

static bool make_raw(struct error *err)
{
    struct termios raw = state->found;
    cfmakeraw(&raw);
    raw.c_cc[VMIN] = 1;
    raw.c_cc[VTIME] = 0;
    if (!set_termios(&raw) || tcgetattr(in.own, &state->ours) != 0)
        return error_set(err, "set the terminal raw: %s", strerror(errno));
    return true;
}

/* Whoever continued this process may not have thought of the one that stopped with it. */
static void come_back(void)
{
    char again[MODES_UNDO_MAX];
    write_all(again, modes_again(&state->modes, again));
    if (wake_keeper)
        wake_keeper();
}

bool term_enter_raw(struct error *err)
{
    struct termios now;
    open_terminal();
    if (!isatty(STDIN_FILENO))
        return error_set(err, "set the terminal raw: standard input is no terminal");
    if (!come_to_front(err))
        return false;
    if (tcgetattr(in.own, &now) != 0)
        return error_set(err, "read the terminal's modes: %s", strerror(errno));
    enum term_phase phase = (enum term_phase)state->phase;
    if (phase == TERM_RAW && is_same(&now, &state->ours))
        return true;
    /* After a stop the shell may have other modes to go back to; raw ones are never its own. */
    if (phase == TERM_OFF || (now.c_lflag & ICANON))
        state->found = now;
    crash_guard(term_leave_raw);
    state->phase = TERM_RAW; /* first: whatever ends us from here on must restore */
    if (!make_raw(err)) {
        term_leave_raw();
        return false;
    }
    if (phase == TERM_PAUSED)
        come_back();
    return true;
}

void term_watch(const char *bytes, size_t n)
{
    modes_feed(&state->modes, bytes, n);
    if (state->modes.asked) {
        state->modes.asked = false;
        state->asked_ms = now_ms();
    }
}
