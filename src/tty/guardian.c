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
 * (SI_KERNEL): the supervisor has them. Whether kill() meant the guardian alone or the group
 * nobody can tell, so these are passed on and counted in the page, and the supervisor drops the
 * second of a pair: one that came by itself, one that was passed on, within PAIR_MS. */
#include "tty/guardian.h"

#include <errno.h>
#include <fcntl.h>
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
    SIGNALS = 65,  /* real-time ones included */
    PAIR_MS = 500, /* how far apart the two of a pair may be taken, on a busy machine */
};

/* Shared by both processes. */
struct page {
    struct term_state term;
    atomic_uint passed_on[SIGNALS];
};

static struct page *page;
static int death_fd = -1;

/* ---- the guardian ---- */

static void on_signal(int sig)
{
    (void)sig;
}

/* Signals that are ignored by default would be dropped, blocked or not, without a handler. */
static void keep_signals(void)
{
    struct sigaction action = { .sa_handler = on_signal };
    sigaction(SIGCHLD, &action, NULL);
    sigaction(SIGCONT, &action, NULL);
}

/* Waits for the next signal. Has the terminal sent it to the whole group? */
static int next_signal(const sigset_t *all, bool *ret_to_group)
{
    *ret_to_group = false;
#ifdef __linux__
    siginfo_t info;
    int sig = sigwaitinfo(all, &info);
    if (sig > 0)
        *ret_to_group = info.si_code == SI_KERNEL;
    return sig;
#else
    int sig;
    return sigwait(all, &sig) == 0 ? sig : -1;
#endif
}

/* Ends, or stops, as the signal does by default. */
static void suffer(int sig)
{
    sigset_t one, before;
    sigemptyset(&one);
    sigaddset(&one, sig);
    signal(sig, SIG_DFL);
    pthread_sigmask(SIG_UNBLOCK, &one, &before);
    raise(sig);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
}

static _Noreturn void end_as(int status)
{
    term_leave_raw();
    if (WIFSIGNALED(status)) {
        /* The supervisor's memory is worth a dump, this one's is not. */
        setrlimit(RLIMIT_CORE, &(struct rlimit){ 0, 0 });
        suffer(WTERMSIG(status));
        _exit(EXIT_CODE_SIGNAL + WTERMSIG(status));
    }
    _exit(WEXITSTATUS(status));
}

/* What has become of the supervisor since the last look. Stops with it: first the terminal, then
 * this process, which is when the shell hears of it. */
static void look_after(pid_t child, bool *stopped)
{
    int status;
    pid_t changed;
    while ((changed = waitpid(child, &status, WNOHANG | WUNTRACED | WCONTINUED)) != 0) {
        if (changed < 0 && errno == EINTR)
            continue;
        if (changed < 0)
            _exit(EXIT_CODE_FAILED);
        if (WIFSTOPPED(status)) {
            *stopped = true;
            term_pause();
            suffer(WSTOPSIG(status));
        } else if (WIFCONTINUED(status)) {
            *stopped = false;
        } else {
            end_as(status);
        }
    }
}

static void pass_on(pid_t child, int sig, bool stopped)
{
    switch (sig) {
    case SIGCHLD:
    case SIGTTIN:
    case SIGTTOU:
        return;
    case SIGCONT:
        if (stopped)
            kill(child, SIGCONT);
        return;
    default:
        if (sig < SIGNALS)
            atomic_fetch_add(&page->passed_on[sig], 1);
        kill(child, sig);
    }
}

static _Noreturn void guard(pid_t child, const sigset_t *all)
{
    bool stopped = false;
    keep_signals();
    for (;;) {
        bool to_group;
        look_after(child, &stopped);
        int sig = next_signal(all, &to_group);
        look_after(child, &stopped);
        if (sig > 0 && !to_group)
            pass_on(child, sig, stopped);
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

bool guardian_start(struct error *err)
{
    int fds[2];
    if (!make_page(err) || !make_pipe(fds, err))
        return false;
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
        enum { NOTHING, BY_ITSELF, PASSED_ON } last; /* what waits for its other half */
        uint64_t at_ms;
        unsigned passed_on; /* how many have been seen */
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
