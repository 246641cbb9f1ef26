/* guest_program.c - see guest_program.h. The bytes come from cmake/Embed.cmake, the hash from the
 * build, so that a start does not pay for it. */
#include "pod/guest_program.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/mem.h"
#include "base/path.h"
#include "guest_hash.h"

extern const unsigned char guest_program[];
extern const unsigned char guest_program_end[];

/* The time of modification of one that was compared: nobody writes into it without changing that.
 */
static const struct timespec compared = {.tv_sec = 946684800};

/* Comparing proves more than a hash would, but costs every start 0.2 ms: it is done once. */
static bool is_there(const char *path, size_t n)
{
    struct stat st;
    cleanup_close int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    if (fd < 0 || fstat(fd, &st) < 0 || !S_ISREG(st.st_mode) || (size_t)st.st_size != n ||
        st.st_uid != geteuid() || (st.st_mode & 07777) != 0755)
        return false;
    if (st.st_mtime == compared.tv_sec)
        return true;
    void *bytes = mmap(NULL, n, PROT_READ, MAP_PRIVATE, fd, 0);
    if (bytes == MAP_FAILED)
        return false;
    bool same = memcmp(bytes, guest_program, n) == 0;
    munmap(bytes, n);
    if (same)
        futimens(fd, (const struct timespec[]){{.tv_nsec = UTIME_OMIT}, compared});
    return same;
}

char *guest_program_dir(const struct ccpod_home *home)
{
    return home_guest_dir(home, GUEST_HASH);
}

/* Its own directory, unlike all above it, is open to others: it is what containers mount, and root
 * inside one may be somebody else, without the right to pass what is closed. */
static bool unpack(
    const struct ccpod_home *home, const char *dir, const char *path, size_t n, struct error *err)
{
    if (!home_make(home, dir, err))
        return false;
    if (chmod(dir, 0755) < 0)
        return error_set(err, "%s: %s", dir, strerror(errno));
    return file_replace(path, guest_program, n, 0755, err);
}

bool guest_program_unpack(const struct ccpod_home *home, char **ret_dir, struct error *err)
{
    size_t n = (size_t)(guest_program_end - guest_program);
    cleanup_free char *dir = guest_program_dir(home);
    cleanup_free char *path = path_join(dir, "ccpod-guest");

    if (!is_there(path, n) && !unpack(home, dir, path, n, err))
        return error_wrap(err, "unpack the guest program");
    *ret_dir = take(dir);
    return true;
}
