/* term_int.h - what the supervisor and its guardian share of the terminal's state: it lies in
 * memory of both, so that the guardian knows what a killed supervisor left on. */
#ifndef TTY_TERM_INT_H
#define TTY_TERM_INT_H

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <termios.h>

#include "tty/modes.h"

enum term_phase {
    TERM_OFF,    /* the terminal is as it was found */
    TERM_RAW,    /* it is ours */
    TERM_PAUSED, /* as it was found while the supervisor is stopped; what it had on is known */
};

struct term_state {
    volatile sig_atomic_t phase; /* enum term_phase */
    struct termios found, ours;  /* before raw mode, and in it */
    uint64_t asked_ms;           /* when the program last asked the terminal something; 0: never */
    struct modes modes;
};

/* Keeps the state in memory that outlives a fork shared: zeroed, and before anything else of
 * tty/term.h. Opens the terminal as well, for both processes. */
void term_share(struct term_state *);

/* The shell waits for another process, the keeper: `gone` is readable once it has gone. Then the
 * shell may read from the terminal at any time, and nothing is asked of it any more. `wake` sees
 * to it that the keeper goes on when this process does. */
void term_set_keeper(int gone, void (*wake)(void));

/* TERM_RAW to TERM_PAUSED: restores the terminal but remembers what was on. Does what
 * term_leave_raw() does, with its limits. Async-signal-safe. */
void term_pause(void);

#endif
