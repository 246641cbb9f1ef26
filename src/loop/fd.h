/* fd.h - descriptors that others share with us: reading and writing without ever waiting, and
 * without setting O_NONBLOCK on them.
 *
 * The flag belongs to the open file, which the shell that started us (or the other end of 2>&1)
 * holds as well: set there, it makes *their* reads and writes fail with EAGAIN, also after we
 * have gone. So terminals and pipes are opened anew where the system lets us, sockets are used
 * with MSG_DONTWAIT, regular files never wait, and for the rest a poll comes first. */
#ifndef LOOP_FD_H
#define LOOP_FD_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>
#include <uv.h>

enum fd_kind {
    FD_FILE,    /* regular file or a device that cannot be polled: never waits */
    FD_PRIVATE, /* an open file of our own, non-blocking */
    FD_SOCKET,
    FD_SHARED, /* pipe or terminal that could not be opened anew */
};

struct fd {
    int fd;  /* the one that was given: never closed, its flags never changed */
    int own; /* the one to use; `fd` itself unless FD_PRIVATE */
    enum fd_kind kind;
};

/* `flags`: O_RDONLY or O_WRONLY. */
void fd_open(struct fd *, int fd, int flags);
void fd_close(struct fd *);

/* As read and write, but EAGAIN instead of waiting. */
ssize_t fd_read(const struct fd *, void *buf, size_t n);
ssize_t fd_write(const struct fd *, const void *bytes, size_t n);

/* Makes a poll handle for it; false where it needs none (FD_FILE). */
bool fd_poll_init(const struct fd *, uv_loop_t *, uv_poll_t *);

/* Opens /dev/null on each of 0, 1, 2 that is closed, so that no socket of ours gets that number
 * and is then read or written as a standard stream. */
void fd_secure_standard(void);

#endif
