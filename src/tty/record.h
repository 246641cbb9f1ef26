/* record.h - what the terminal showed, as an asciicast (version 2) that `asciinema play` plays.
 *
 * Every event is one write of one whole line, so after a crash the file is complete up to the
 * last event; where the disk takes only a part of a line, that part is taken away again. The
 * recording holds whatever was on the screen: a new file is its owner's alone (0600). */
#ifndef TTY_RECORD_H
#define TTY_RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/error.h"
#include "base/str.h"

struct record {
    int fd;                /* -1: not open */
    char *path;            /* for messages */
    uint64_t begun;        /* steady clock, microseconds; 0: not yet */
    off_t end;             /* the file's length in whole lines */
    unsigned char tail[4]; /* the begin of a character that was split between two writes */
    unsigned n_tail;
    struct str line; /* memory, reused */
};

/* Opens or makes the file, and leaves what is in it: a session that does not begin costs nobody an
 * older recording. Refused: anything but a regular file, and a symbolic or hard link, through which
 * another file would be overwritten. */
bool record_open(struct record *, const char *path, struct error *err);

/* Empties the file and writes the header. What comes before this is not recorded. */
bool record_begin(struct record *, unsigned rows, unsigned columns, struct error *err);

/* Bytes that the terminal was sent; split anywhere, also inside of characters. What is not UTF-8
 * is recorded as U+FFFD. After an error the recording is over and further calls do nothing. */
bool record_output(struct record *, const void *bytes, size_t n, struct error *err);

bool record_resize(struct record *, unsigned rows, unsigned columns, struct error *err);

/* Writes what is left and closes; nothing where it is not open. */
void record_close(struct record *);

#endif
