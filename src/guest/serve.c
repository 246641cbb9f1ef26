/* serve.c - see serve.h. */
#include "guest/serve.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "base/file.h"
#include "base/mem.h"
#include "guest/identity.h"
#include "guest/safe_make.h"

#define DIRECTORY   "/run/ccpod"
#define SOCKET_NAME "exec.sock"

/* How long a shell waits for a container that is being set up. */
enum { ASK_SECONDS = 10, ASK_PAUSE_MS = 20 };

static int remember(const struct guest *guest, struct error *err)
{
    cleanup_str struct str text = STR(LIMIT_IDENTITY);
    cleanup_close int fd = memfd_create("ccpod", MFD_CLOEXEC | MFD_ALLOW_SEALING);

    bool ok = fd >= 0 && identity_write(&guest->user, guest->relaxed, &guest->env, &text) &&
              file_write_all(fd, text.s, text.len) &&
              fcntl(fd, F_ADD_SEALS, F_SEAL_WRITE | F_SEAL_GROW | F_SEAL_SHRINK | F_SEAL_SEAL) == 0;
    mem_wipe(text.s, text.len);
    if (!ok) {
        error_set(err, "keep the environment: %s", text.full ? "it is too large" : strerror(errno));
        return -1;
    }
    int memory = fd;
    fd = -1;
    return memory;
}

/* A socket's address has no room for a descriptor, but /proc has names for those. */
static struct sockaddr_un address_in(int dir)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    snprintf(address.sun_path, sizeof address.sun_path, "/proc/self/fd/%d/" SOCKET_NAME, dir);
    return address;
}

static int listen_in(const struct safe_dir *dir, struct error *err)
{
    struct sockaddr_un address = address_in(dir->fd);
    cleanup_close int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

    unlinkat(dir->fd, SOCKET_NAME, 0);
    mode_t before = umask(0177);
    bool ok =
        fd >= 0 && bind(fd, (struct sockaddr *)&address, sizeof address) == 0 && listen(fd, 8) == 0;
    umask(before);
    if (!ok) {
        error_set(err, "listen on " DIRECTORY "/" SOCKET_NAME ": %s", strerror(errno));
        return -1;
    }
    int listening = fd;
    fd = -1;
    return listening;
}

bool serve_begin(struct serve *serve, const struct guest *guest, struct error *err)
{
    cleanup_safe_dir struct safe_dir dir = SAFE_DIR;
    *serve = (struct serve){-1, -1};
    if (!safe_make_dirs(&dir, DIRECTORY, 0755, err))
        return false;
    serve->memory = remember(guest, err);
    serve->listening = serve->memory < 0 ? -1 : listen_in(&dir, err);
    return serve->listening >= 0;
}

union control {
    struct cmsghdr head;
    char bytes[CMSG_SPACE(sizeof(int))];
};

static void send_descriptor(int to, int fd)
{
    char byte = 0;
    struct iovec data = {&byte, 1};
    union control control = {.bytes = {0}};
    struct msghdr message = {.msg_iov = &data,
        .msg_iovlen = 1,
        .msg_control = &control,
        .msg_controllen = sizeof control};
    struct cmsghdr *head = CMSG_FIRSTHDR(&message);

    head->cmsg_level = SOL_SOCKET;
    head->cmsg_type = SCM_RIGHTS;
    head->cmsg_len = CMSG_LEN(sizeof fd);
    memcpy(CMSG_DATA(head), &fd, sizeof fd);
    /* A caller that has gone hears nothing, and that is all. */
    (void)!sendmsg(to, &message, MSG_DONTWAIT | MSG_NOSIGNAL);
}

void serve_handle(struct serve *serve)
{
    cleanup_close int caller = accept4(serve->listening, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
    if (caller >= 0)
        send_descriptor(caller, serve->memory);
}

void serve_release(struct serve *serve)
{
    if (serve->listening >= 0)
        close(serve->listening);
    if (serve->memory >= 0)
        close(serve->memory);
    *serve = (struct serve){-1, -1};
}

static int receive_descriptor(int from)
{
    char byte;
    struct iovec data = {&byte, 1};
    union control control = {.bytes = {0}};
    struct msghdr message = {.msg_iov = &data,
        .msg_iovlen = 1,
        .msg_control = &control,
        .msg_controllen = sizeof control};
    int fd = -1;

    if (recvmsg(from, &message, MSG_CMSG_CLOEXEC) != 1)
        return -1;
    const struct cmsghdr *head = CMSG_FIRSTHDR(&message);
    if (head && head->cmsg_type == SCM_RIGHTS && head->cmsg_len == CMSG_LEN(sizeof fd))
        memcpy(&fd, CMSG_DATA(head), sizeof fd);
    return fd;
}

/* Where Claude runs as root, it could put a socket of its own there. */
static bool is_from_pid_1(int fd)
{
    struct ucred peer;
    socklen_t size = sizeof peer;
    return getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) == 0 && peer.pid == 1;
}

static int connect_in(const struct safe_dir *dir)
{
    struct sockaddr_un address = address_in(dir->fd);
    const struct timeval limit = {.tv_sec = ASK_SECONDS};
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd >= 0 && setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit) == 0 &&
        connect(fd, (struct sockaddr *)&address, sizeof address) == 0)
        return fd;
    if (fd >= 0)
        close(fd);
    return -1;
}

static int connect_when_ready(struct error *err)
{
    const struct timespec pause = {.tv_nsec = ASK_PAUSE_MS * 1000000L};
    for (int waited = 0; waited < ASK_SECONDS * 1000; waited += ASK_PAUSE_MS) {
        cleanup_safe_dir struct safe_dir dir = SAFE_DIR;
        cleanup_error struct error not_there = {0};
        int fd = safe_dir_open(&dir, DIRECTORY, &not_there) ? connect_in(&dir) : -1;
        if (fd >= 0)
            return fd;
        nanosleep(&pause, NULL);
    }
    error_set(err, "ask for Claude's environment: nobody answers on " DIRECTORY "/" SOCKET_NAME);
    error_hint(err, "Is this a container of ccpod's, and has its session not ended?");
    return -1;
}

bool serve_ask(struct str *ret, struct error *err)
{
    cleanup_close int fd = connect_when_ready(err);
    if (fd < 0)
        return false;
    cleanup_close int memory = is_from_pid_1(fd) ? receive_descriptor(fd) : -1;
    if (memory < 0)
        return error_set(err, "ask for Claude's environment: no answer from PID 1");
    /* The descriptor is shared with every other caller, and so would be its position. */
    char chunk[4096];
    ssize_t n;
    while ((n = pread(memory, chunk, sizeof chunk, (off_t)ret->len)) > 0)
        if (!str_add(ret, chunk, (size_t)n))
            return error_set(err, "ask for Claude's environment: it is too large");
    return n == 0 || error_set(err, "read Claude's environment: %s", strerror(errno));
}
