/* output_file.c - see output_file.h. */
#include "base/output_file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/str.h"

/* The descriptor that a path stands for; -1: none. */
static int descriptor_of(const char *path)
{
    static const struct {
        const char *path;
        int fd;
    } streams[] = {
        {"/dev/stdin",  STDIN_FILENO },
        {"/dev/stdout", STDOUT_FILENO},
        {"/dev/stderr", STDERR_FILENO},
    };
    static const char *const dirs[] = {"/dev/fd/", "/proc/self/fd/"};
    for (size_t i = 0; i < array_size(streams); i++)
        if (strcmp(path, streams[i].path) == 0)
            return streams[i].fd;
    for (size_t i = 0; i < array_size(dirs); i++) {
        size_t n = strlen(dirs[i]);
        long long number;
        if (strncmp(path, dirs[i], n) == 0 && text_number(path + n, 0, INT_MAX, &number))
            return (int)number;
    }
    return -1;
}

int output_file_open_plain(const char *path, mode_t mode, const char **ret_why)
{
    /* No O_TRUNC: what it is shows first. O_NONBLOCK keeps a FIFO without a reader from hanging
     * us; regular files do not know it. */
    const int flags = O_WRONLY | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC | O_NOCTTY;
    struct stat st;
    int fd = open(path, flags, mode);
    *ret_why = NULL;
    if (fd < 0 && errno == ELOOP)
        *ret_why = "it is a symbolic link: name the file itself";
    else if (fd < 0 && errno == ENXIO)
        *ret_why = "it is not a regular file, and nobody reads it";
    else if (fd < 0 || fstat(fd, &st) != 0)
        *ret_why = strerror(errno);
    else if (S_ISREG(st.st_mode) && st.st_nlink > 1)
        *ret_why = "the file has more than one name (hard links): name a new one";
    if (*ret_why && fd >= 0) {
        close(fd);
        fd = -1;
    }
    return fd;
}

static bool copy_descriptor(int from, int *ret_fd)
{
    int mode = fcntl(from, F_GETFL);
    if (mode < 0 || (mode & O_ACCMODE) == O_RDONLY) {
        errno = EBADF;
        return false;
    }
    *ret_fd = fcntl(from, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
    return *ret_fd >= 0;
}

bool output_file_open(
    const char *what, const char *path, mode_t mode, int *ret_fd, struct error *err)
{
    const char *why;
    struct stat st;
    int from = descriptor_of(path);
    if (from >= 0)
        return copy_descriptor(from, ret_fd) ||
               error_set(err, "%s %s: %s", what, path, strerror(errno));
    int fd = output_file_open_plain(path, mode, &why);
    if (fd < 0)
        return error_set(err, "%s %s: %s", what, path, why);
    if (fstat(fd, &st) != 0 || (S_ISREG(st.st_mode) && ftruncate(fd, 0) != 0)) {
        error_set(err, "%s %s: %s", what, path, strerror(errno));
        close(fd);
        return false;
    }
    *ret_fd = fd;
    return true;
}
