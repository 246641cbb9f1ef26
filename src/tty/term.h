/* term.h - the terminal that ccpod was started in: raw while a session is shown, and as it was
 * on every way out.
 *
 * There is one, and its state is the program's, since a signal handler must reach it:
 *
 *     if (term_is_interactive() && guardian_start(err))   // tty/guardian.h, before the loop
 *         ...
 *     term_size(&rows, &columns);            // for the create request, again on SIGWINCH
 *     term_enter_raw(err);                   // once the container has started
 *     write(...); term_watch(bytes, n);      // all that the program shows
 *     term_leave_raw();                      // before any message of ours
 *
 * Restored means: termios as before, and every mode that the program switched on and left on
 * (tty/modes.h) switched off. It happens in term_leave_raw(), which every way out calls; at
 * exit(); in the handlers of fatal signals; and in the guardian, when this process is killed.
 *
 * Job control. SIGTSTP keeps its default action: when this process stops, the guardian restores
 * the terminal, then stops as well, which is when the shell hears of it. On SIGCONT call
 * term_enter_raw() again: raw mode comes back, the modes that the program had on as well, and a
 * change of size there and back makes it repaint. In the background that stops the process until
 * it is brought to the front, as with vim.
 *
 * What a shell has taken back is not touched: in the background termios are left alone, unless
 * they are still the ones that were set here. */
#ifndef TTY_TERM_H
#define TTY_TERM_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

/* Are stdin and stdout terminals? */
bool term_is_interactive(void);

/* Is it a terminal that can be drawn on? One with TERM=dumb takes plain lines. */
bool term_can_draw(int fd);

/* The size of the terminal of stdout (else of stdin): 1 to 65535 each. False where it is not
 * known (no terminal, or one that says 0); the outputs are untouched then. */
bool term_size(unsigned *ret_rows, unsigned *ret_columns);

/* Sets the terminal of stdin raw: every byte passes unchanged in both directions. The modes that
 * it had are kept for term_leave_raw(). May be called again at any time: it does what is missing.
 * Stops the process (SIGTTOU) while it is in the background. Fails where stdin is no terminal, or
 * one that nobody can give to us. */
bool term_enter_raw(struct error *err);

/* These bytes have been, or are about to be, written to the terminal. They may be split anywhere.
 */
void term_watch(const char *bytes, size_t n);

/* The terminal as it was before; nothing where it is that already. Takes at most 300 ms, and that
 * only where the terminal does not answer or takes no bytes. Bytes that the program wrote and
 * that are still queued belong before this call: nothing of the program may follow it. May be
 * called at any time, as often as one likes, and from a signal handler. */
void term_leave_raw(void);

#endif
