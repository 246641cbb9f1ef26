/* stdin.c - see stdin.h. */
#include "cli/stdin.h"

#include <sys/stat.h>
#include <unistd.h>

bool stdin_is_given(void)
{
    struct stat st, null;
    if (isatty(STDIN_FILENO) || fstat(STDIN_FILENO, &st) < 0)
        return false;
    bool is_null =
        S_ISCHR(st.st_mode) && stat("/dev/null", &null) == 0 && st.st_rdev == null.st_rdev;
    return !is_null;
}
