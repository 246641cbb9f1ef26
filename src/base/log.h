/* log.h - ccpod's own words: all to stderr, one write per message, harmless, secrets masked.
 *
 * Levels: errors always; warnings and news unless -q; details with -v; each engine call and each
 * change of state with -vv. While a terminal is raw nothing may be written between its bytes:
 * log_hold() keeps messages until log_resume(). */
#ifndef BASE_LOG_H
#define BASE_LOG_H

#include <stdbool.h>

#include "base/error.h"
#include "base/str.h"

enum log_level { LOG_ERROR, LOG_WARN, LOG_NEWS, LOG_DETAIL, LOG_TRACE };

/* Messages up to this level are shown; LOG_NEWS at start. */
void log_set_level(enum log_level);
bool log_shows(enum log_level);

void log_write(enum log_level, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

#define log_warn(...)   log_write(LOG_WARN, "warning: " __VA_ARGS__)
#define log_news(...)   log_write(LOG_NEWS, __VA_ARGS__)
#define log_detail(...) log_write(LOG_DETAIL, __VA_ARGS__)
#define log_trace(...)                                                                             \
    do {                                                                                           \
        if (log_shows(LOG_TRACE))                                                                  \
            log_write(LOG_TRACE, __VA_ARGS__);                                                     \
    } while (0)

/* Prints an error and its hint; the only way an error reaches the user. */
void log_error(const struct error *);

/* Text that must never be shown (keys, tokens); texts shorter than 6 bytes are not masked. */
void log_secret(const char *value);

/* Masks it in a text of ours that goes elsewhere. */
void log_mask(struct str *text);

void log_hold(void);
void log_resume(void);
void log_close(void); /* frees what is held and the secrets, for leak checkers */

#endif
