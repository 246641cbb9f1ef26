/* crash.c - see crash.h. */
#include "tty/crash.h"

#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>

#include "base/mem.h"

static const int fatal[] = {SIGABRT, SIGSEGV, SIGBUS, SIGILL, SIGFPE};

static struct sigaction before[array_size(fatal)];
static void (*last_call)(void);
static char stack[64 * 1024]; /* a stack overflow is among the bugs */

/* Puts back what was there. A fault comes again when the instruction is tried again; a signal
 * that was sent is sent again, and comes when this handler, in which it is blocked, returns. */
static void on_fatal(int sig, siginfo_t *info, void *context)
{
    (void)context;
    last_call();
    for (size_t i = 0; i < array_size(fatal); i++)
        if (fatal[i] == sig)
            sigaction(sig, &before[i], NULL);
    if (sig == SIGABRT || info->si_code <= 0)
        raise(sig);
}

static void use_own_stack(void)
{
    stack_t now;
    if (sigaltstack(NULL, &now) == 0 && (now.ss_flags & SS_DISABLE))
        sigaltstack(&(stack_t){.ss_sp = stack, .ss_size = sizeof stack}, NULL);
}

void crash_guard(void (*rescue)(void))
{
    if (last_call)
        return;
    last_call = rescue;
    use_own_stack();
    struct sigaction action = {.sa_sigaction = on_fatal, .sa_flags = SA_SIGINFO | SA_ONSTACK};
    sigemptyset(&action.sa_mask);
    for (size_t i = 0; i < array_size(fatal); i++)
        sigaction(fatal[i], &action, &before[i]);
    atexit(rescue);
}
