/* path.c - see path.h. */
#include "base/path.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"

char *path_join(const char *dir, const char *name)
{
    if (name[0] == '/')
        return mem_strdup(name);
    return mem_printf("%s%s%s", dir, text_ends(dir, "/") ? "" : "/", name);
}

const char *path_base(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

char *path_dir(const char *path)
{
    const char *slash = strrchr(path, '/');
    if (!slash)
        return mem_strdup(".");
    return mem_strndup(path, slash == path ? 1 : (size_t)(slash - path));
}

char *path_real(const char *path, struct error *err)
{
    char *real = realpath(path, NULL);
    if (!real)
        error_set(err, "%s: %s", path, strerror(errno));
    return real;
}

bool path_beneath(const char *path, const char *dir)
{
    size_t n = strlen(dir);
    while (n > 1 && dir[n - 1] == '/')
        n--;
    if (strncmp(path, dir, n) != 0)
        return false;
    return n == 1 || path[n] == '/' || path[n] == '\0';
}

bool path_is_inner(const char *path)
{
    if (!*path)
        return false;
    for (const char *s = path; *s;) {
        size_t n = strcspn(s, "/");
        if (n == 0 || (n == 1 && s[0] == '.') || (n == 2 && s[0] == '.' && s[1] == '.'))
            return false;
        s += n;
        if (*s == '/' && !*++s)
            return false;
    }
    return true;
}
