/* fd.c - see fd.h. */
#include "loop/fd.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

/* An open file of our own for the same pipe or terminal. The link under /proc makes a new one on
 * Linux; elsewhere only terminals can be opened by name. */
static int reopen(int fd, int flags)
{
    char path[64];
    flags |= O_NONBLOCK | O_NOCTTY | O_CLOEXEC;
#ifdef __linux__
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
#else
    if (ttyname_r(fd, path, sizeof path) != 0)
        return -1;
#endif
    return open(path, flags);
}

void fd_open(struct fd *f, int fd, int flags)
{
    struct stat st;
    *f = (struct fd){.fd = fd, .own = fd, .kind = FD_SHARED};
    if (fstat(fd, &st) < 0 || S_ISREG(st.st_mode) || S_ISBLK(st.st_mode)) {
        f->kind = FD_FILE;
    } else if (S_ISSOCK(st.st_mode)) {
        f->kind = FD_SOCKET;
    } else if (S_ISCHR(st.st_mode) && !isatty(fd)) {
        f->kind = FD_FILE; /* /dev/null and the like */
    } else {
        int own = reopen(fd, flags);
        if (own >= 0) {
            f->own = own;
            f->kind = FD_PRIVATE;
        }
    }
}

void fd_close(struct fd *f)
{
    if (f->kind == FD_PRIVATE)
        close(f->own);
    f->kind = FD_FILE;
    f->own = f->fd;
}

static bool is_ready(int fd, short events)
{
    struct pollfd p = {.fd = fd, .events = events};
    return poll(&p, 1, 0) == 1;
}

ssize_t fd_read(const struct fd *f, void *buf, size_t n)
{
    if (f->kind == FD_SOCKET)
        return recv(f->fd, buf, n, MSG_DONTWAIT);
    if (f->kind == FD_SHARED && !is_ready(f->fd, POLLIN)) {
        errno = EAGAIN;
        return -1;
    }
    return read(f->own, buf, n);
}

ssize_t fd_write(const struct fd *f, const void *bytes, size_t n)
{
    if (f->kind == FD_SOCKET)
        return send(f->fd, bytes, n, MSG_DONTWAIT);
    if (f->kind == FD_SHARED) {
        /* A pipe that polls writable takes PIPE_BUF bytes without waiting, more perhaps not. */
        if (!is_ready(f->fd, POLLOUT)) {
            errno = EAGAIN;
            return -1;
        }
        n = n < PIPE_BUF ? n : PIPE_BUF;
    }
    return write(f->own, bytes, n);
}

bool fd_poll_init(const struct fd *f, uv_loop_t *uv, uv_poll_t *poll_handle)
{
    if (f->kind == FD_FILE)
        return false;
    int flags = fcntl(f->own, F_GETFL);
    if (uv_poll_init(uv, poll_handle, f->own) != 0)
        return false;
    /* libuv has made it non-blocking; on an open file that is not ours that is taken back. */
    if (f->kind != FD_PRIVATE && flags >= 0)
        fcntl(f->own, F_SETFL, flags);
    return true;
}

void fd_secure_standard(void)
{
    for (int fd = 0; fd <= 2; fd++) {
        if (fcntl(fd, F_GETFD) >= 0 || errno != EBADF)
            continue;
        /* The lowest free number is this one: those below are open by now. */
        if (open("/dev/null", fd == 0 ? O_RDONLY : O_RDWR) != fd)
            _exit(125);
    }
}
