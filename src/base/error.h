/* error.h - the one error type: what we were doing, to what, why it failed, and what to do.
 *
 * Functions that can fail take `struct error *err` last and return false (or NULL). Success
 * leaves *err untouched. Errors are passed up, each level putting in front what it was doing;
 * only the top (cli) prints, once. The first error counts: setting one that is set changes
 * nothing, so a clean-up that fails too cannot hide the cause.
 *
 *     if (fd < 0)
 *         return error_set(err, "open %s: %s", path, strerror(errno));
 *     ...
 *     if (!config_load(&config, path, err))
 *         return error_wrap(err, "load the profile %s", name);
 *
 * The text reads "doing to what: doing: why"; the hint is a sentence of its own that says what
 * the user can do. Text from outside is made harmless when it is printed (base/log.h).
 */
#ifndef BASE_ERROR_H
#define BASE_ERROR_H

#include <stdbool.h>

/* Exit codes of ccpod, as `docker run` has them. */
enum {
    EXIT_CODE_USAGE = 2,     /* the command line is wrong */
    EXIT_CODE_TIMEOUT = 124, /* --timeout ran out */
    EXIT_CODE_FAILED = 125,  /* ccpod, a config file or the engine failed */
    EXIT_CODE_NOT_EXECUTABLE = 126,
    EXIT_CODE_NOT_FOUND = 127,
    EXIT_CODE_SIGNAL = 128, /* + the signal's number */
};

struct error {
    int exit_code; /* 0: no error */
    char *text;    /* owned; NULL while there is no error */
    char *hint;    /* owned; NULL: none */
};

/* Each returns false, so that `return error_set(...)` reads as it should. */
bool error_set(struct error *, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
bool error_set_code(struct error *, int exit_code, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
bool error_wrap(struct error *, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
bool error_hint(struct error *, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

static inline bool error_is_set(const struct error *err)
{
    return err->exit_code != 0;
}

void error_copy(struct error *to, const struct error *from); /* nothing if `to` is set */
void error_move(struct error *to, struct error *from);       /* likewise; `from` is clear after */
/* A further error of the same attempt, as a line of its own; the first hint stays. */
void error_add(struct error *to, struct error *from);
void error_clear(struct error *);

#define cleanup_error __attribute__((cleanup(error_clear)))

#endif
