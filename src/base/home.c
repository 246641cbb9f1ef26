/* home.c - the part of path.h that needs the user's home. Apart from path.c because the guest,
 * which is static, must not pull in the system's user database. */
#include <pwd.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/path.h"

char *path_home(void)
{
    const char *home = getenv("HOME");
    if (home && home[0] == '/')
        return mem_strdup(home);
    const struct passwd *user = getpwuid(getuid());
    return mem_strdup(user && user->pw_dir[0] == '/' ? user->pw_dir : "/");
}

char *path_expand(const char *path)
{
    if (path[0] != '~' || (path[1] && path[1] != '/'))
        return mem_strdup(path);
    cleanup_free char *home = path_home();
    return path[1] ? path_join(home, path + 2) : take(home);
}
