/* guardian.c - see guardian.h.
 *
 *     shell -- waits for --> guardian -- waits for --> supervisor
 *                               |  page: terminal state, signals passed on   |
 *                               |  pipe: its end is the guardian's death     |
 *
 * The guardian has every signal blocked and takes one at a time, so it needs no handlers and
 * nothing can come at a bad moment. It allocates nothing and touches little memory.
 *
 * Signals. The kernel sends those of the terminal to the whole group, and Linux says so
 * (SI_KERNEL): the supervisor has them; but for SIGHUP, which goes to the first process of the
 * session alone, and that may be the guardian. Whether kill() meant the guardian alone or the group
 * nobody can tell, so these are passed on and counted in the page, and the supervisor drops the
 * second of a pair: one that came by itself, one that was passed on, within PAIR_MS. */
#include "tty/guardian.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "tty/term.h"
#include "tty/term_int.h"

enum {
    SIGNALS = 65,     /* real-time ones included */
    WAKE_TRIES = 200, /* a millisecond each */
    PAIR_MS = 500,    /* how far apart the two of a pair may be taken, on a busy machine */
};

/* Shared by both processes. */
struct page {
    struct term_state term;
    atomic_bool is_stopping; /* the guardian, until it goes on */
    atomic_uint passed_on[SIGNALS];
};

static struct page *page;
static pid_t guardian;
static int death_fd = -1;

/* ---- the guardian ---- */

static void on_signal(int sig)
{
    (void)sig;
}

/* A signal that is ignored by default may be dropped although it is blocked: not with a handler. */
static void keep_child_signal(void)
{
    sigaction(SIGCHLD, &(struct sigaction){.sa_handler = on_signal}, NULL);
}

/* Waits for the next signal. Has the terminal sent it to the whole group? */
static int next_signal(const sigset_t *all, bool *ret_to_group)
{
    *ret_to_group = false;
#ifdef __linux__
    siginfo_t info;
    int sig = sigwaitinfo(all, &info);
    if (sig > 0)
        *ret_to_group = info.si_code == SI_KERNEL && sig != SIGHUP;
    return sig;
#else
    int sig;
    return sigwait(all, &sig) == 0 ? sig : -1;
#endif
}

/* Ends as the signal ends a process by default. */
static void suffer(int sig)
{
    sigset_t one;
    sigemptyset(&one);
    sigaddset(&one, sig);
    signal(sig, SIG_DFL);
    kill(getpid(), sig);
    pthread_sigmask(SIG_UNBLOCK, &one, NULL);
}

static _Noreturn void end_as(int status)
{
    term_leave_raw();
    if (WIFSIGNALED(status)) {
        /* The supervisor's memory is worth a dump, this one's is not. */
        setrlimit(RLIMIT_CORE, &(struct rlimit){0, 0});
        suffer(WTERMSIG(status));
        _exit(EXIT_CODE_SIGNAL + WTERMSIG(status));
    }
    _exit(WEXITSTATUS(status));
}

/* What has become of the supervisor since the last look. Stops with it: first the terminal, which
 * may take a moment, then this process, which is when the shell hears of it. A supervisor that
 * was continued in that moment is told again, as it may have set the terminal raw too early. When
 * this process goes on, so does the supervisor.
 *
 * Always by SIGSTOP: SIGTSTP would have to be unblocked for it, and one that came then would stop
 * this process with the terminal still raw. */
static void look_after(pid_t child)
{
    enum { RUNS, STOPS, GOES_ON } state = RUNS;
    for (;;) {
        int status;
        pid_t changed = waitpid(child, &status, WNOHANG | WUNTRACED | WCONTINUED);
        if (changed < 0 && errno == EINTR)
            continue;
        if (changed < 0)
            _exit(EXIT_CODE_FAILED);
        if (changed == 0 && state == STOPS) {
            kill(getpid(), SIGSTOP);
            atomic_store(&page->is_stopping, false);
            state = GOES_ON;
        } else if (changed == 0) {
            if (state == GOES_ON)
                kill(child, SIGCONT);
            return;
        } else if (WIFSTOPPED(status)) {
            term_pause();
            atomic_store(&page->is_stopping, true);
            state = STOPS;
        } else if (WIFCONTINUED(status)) {
            if (state == STOPS)
                kill(child, SIGCONT);
            atomic_store(&page->is_stopping, false);
            state = RUNS;
        } else {
            end_as(status);
        }
    }
}

/* At once: a SIGTSTP that were kept until the supervisor goes on again would stop it again. */
static void pass_on(pid_t child, int sig)
{
    if (sig == SIGCHLD || sig == SIGCONT || sig == SIGTTIN || sig == SIGTTOU)
        return;
    if (sig < SIGNALS)
        atomic_fetch_add(&page->passed_on[sig], 1);
    kill(child, sig);
}

static _Noreturn void guard(pid_t child, const sigset_t *all)
{
    keep_child_signal();
    for (;;) {
        bool to_group;
        look_after(child);
        int sig = next_signal(all, &to_group);
        if (sig > 0 && !to_group)
            pass_on(child, sig);
    }
}

/* ---- the supervisor ---- */

static bool make_page(struct error *err)
{
    void *p = mmap(NULL, sizeof *page, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (p == MAP_FAILED)
        return error_set(err, "make memory to share with the guardian: %s", strerror(errno));
    page = p;
    return true;
}

static bool make_pipe(int fds[2], struct error *err)
{
    if (pipe(fds) != 0)
        return error_set(err, "make a pipe to the guardian: %s", strerror(errno));
    fcntl(fds[0], F_SETFD, FD_CLOEXEC);
    fcntl(fds[1], F_SETFD, FD_CLOEXEC);
    return true;
}

/* Who continues the supervisor may not know of the guardian. It may be just about to stop, which
 * would take back a SIGCONT that came too early: so once more until it runs. */
static void wake_guardian(void)
{
    for (int tries = 0; tries < WAKE_TRIES && atomic_load(&page->is_stopping); tries++) {
        struct pollfd gone = {.fd = death_fd, .events = POLLIN};
        if (poll(&gone, 1, tries ? 1 : 0) != 0)
            return;
        kill(guardian, SIGCONT);
    }
}

bool guardian_start(struct error *err)
{
    int fds[2];
    if (!make_page(err) || !make_pipe(fds, err))
        return false;
    guardian = getpid();
    term_share(&page->term);
    signal(SIGCHLD, SIG_DFL); /* ignored, it would take the exit code away */

    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    pid_t child = fork();
    if (child > 0) {
        close(fds[0]);
        guard(child, &all);
    }
    int error = errno;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    close(fds[1]);
    if (child < 0) {
        close(fds[0]);
        return error_set(err, "start the guardian of the terminal: %s", strerror(error));
    }
    death_fd = fds[0];
    term_set_keeper(death_fd, wake_guardian);
    return true;
}

int guardian_death_fd(void)
{
    return death_fd;
}

static uint64_t now_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}

bool guardian_is_copy(int sig)
{
    static struct {
        uint64_t at_ms;
        enum { NOTHING, BY_ITSELF, PASSED_ON } last; /* what waits for its other half */
        unsigned passed_on;                          /* how many have been seen */
    } seen[SIGNALS];

    if (death_fd < 0 || sig < 0 || sig >= SIGNALS)
        return false;
    unsigned passed_on = atomic_load(&page->passed_on[sig]);
    int kind = passed_on != seen[sig].passed_on ? PASSED_ON : BY_ITSELF;
    uint64_t now = now_ms();
    bool is_copy =
        seen[sig].last != NOTHING && (int)seen[sig].last != kind && now - seen[sig].at_ms < PAIR_MS;
    seen[sig].passed_on = passed_on;
    seen[sig].last = is_copy ? NOTHING : kind;
    seen[sig].at_ms = now;
    return is_copy;
}
