/* crash.h - one last call before a bug, abort() or exit() ends this process. */
#ifndef TTY_CRASH_H
#define TTY_CRASH_H

/* From now on `rescue` is called before SIGABRT, SIGSEGV, SIGBUS, SIGILL or SIGFPE ends the
 * process, on a stack of its own, and at exit(). The signal then takes the course that it had.
 * `rescue` must be async-signal-safe and callable twice. The first call counts. */
void crash_guard(void (*rescue)(void));

#endif
