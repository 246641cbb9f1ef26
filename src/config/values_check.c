/* values_check.c - see values.h: is a text a value of its kind? */
#include "config/values.h"

#include <arpa/inet.h>
#include <string.h>

#include "base/mem.h"
#include "base/path.h"

#define LOWER  "abcdefghijklmnopqrstuvwxyz"
#define UPPER  "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
#define DIGITS "0123456789"
#define ALNUM  LOWER UPPER DIGITS

static bool only(const char *text, const char *allowed)
{
    return *text && text[strspn(text, allowed)] == '\0';
}

bool value_is_profile_name(const char *text)
{
    return strlen(text) <= 64 && only(text, ALNUM "_-");
}

/* [host[:port]/]path[:tag][@digest]: the characters, and nothing that reads as an option. */
bool value_is_image(const char *text)
{
    size_t n = strlen(text);
    if (n > 255 || !only(text, ALNUM "._-/:@") || !strchr(ALNUM, text[0]) ||
        !strchr(ALNUM "_-.", text[n - 1]) || strstr(text, "//") || strstr(text, "::"))
        return false;
    const char *digest = strchr(text, '@');
    if (digest && (!strchr(digest, ':') || strchr(digest + 1, '@')))
        return false;
    /* Upper case only in the host (before the first slash), the tag and the digest. */
    const char *slash = strchr(text, '/');
    bool host =
        slash && (strcspn(text, ".:") < (size_t)(slash - text) || text_starts(text, "localhost/"));
    const char *path = host ? slash + 1 : text;
    return path[strcspn(path, UPPER ":@")] == '\0' || strchr(":@", path[strcspn(path, UPPER ":@")]);
}

bool value_is_git_url(const char *text)
{
    static const char *const schemes[] = {"https://", "http://", "ssh://", "git://", "file://"};
    if (!value_is_one_line(text) || strpbrk(text, " \"'`\\<>|;$"))
        return false;
    for (size_t i = 0; i < array_size(schemes); i++) {
        const char *rest = text + strlen(schemes[i]);
        if (text_starts(text, schemes[i]))
            return *rest && *rest != '-';
    }
    /* user@host:path */
    size_t user = strspn(text, ALNUM "._-");
    if (!user || text[0] == '-' || text[user] != '@')
        return false;
    const char *host = text + user + 1;
    size_t n = strspn(host, ALNUM "._-");
    return n && host[0] != '-' && host[n] == ':' && host[n + 1] && host[n + 1] != '-';
}

bool value_is_git_ref(const char *text)
{
    return strlen(text) <= 255 && text[0] != '-' && only(text, ALNUM "._-/+@#%=,") &&
           !strstr(text, "..") && !strstr(text, "@{");
}

bool value_is_variable(const char *text)
{
    return only(text, ALNUM "_") && !strchr(DIGITS, text[0]);
}

bool value_is_one_line(const char *text)
{
    if (!*text)
        return false;
    for (const char *s = text; *s; s++)
        if ((unsigned char)*s < 0x20 && *s != '\t')
            return false;
    return true;
}

bool value_is_text(const char *text)
{
    return *text != '\0';
}

bool value_is_directory(const char *text)
{
    size_t n = strlen(text);
    if (text[0] != '/' || !value_is_one_line(text))
        return false;
    cleanup_free char *inner = mem_strndup(text + 1, n - 1 - (text[n - 1] == '/' && n > 1));
    return n == 1 || path_is_inner(inner);
}

bool value_is_container_path(const char *text)
{
    static const char *const taken[] = {"/ccpod", "/proc", "/sys", "/dev", "/run/ccpod"};
    if (strcmp(text, "/") == 0 || !value_is_directory(text) || strpbrk(text, ":,"))
        return false;
    for (size_t i = 0; i < array_size(taken); i++)
        if (path_beneath(text, taken[i]))
            return false;
    return true;
}

bool value_is_workspace(const char *text)
{
    return strcmp(text, "same") == 0 || value_is_container_path(text);
}

bool value_is_mask(const char *text)
{
    size_t n = strlen(text);
    cleanup_free char *path = mem_strndup(text, n && text[n - 1] == '/' ? n - 1 : n);
    return value_is_one_line(text) && path_is_inner(path);
}

static bool is_host_name(const char *text)
{
    size_t n = strlen(text);
    if (!n || n > 253)
        return false;
    for (const char *s = text; *s;) {
        size_t label = strspn(s, ALNUM "-_");
        if (!label || label > 63 || s[0] == '-' || s[label - 1] == '-')
            return false;
        s += label;
        if (*s == '.')
            s++;
        else if (*s)
            return false;
    }
    return true;
}

static bool is_address(const char *text, int *ret_bits)
{
    unsigned char bytes[16];
    *ret_bits = inet_pton(AF_INET, text, bytes) == 1    ? 32
                : inet_pton(AF_INET6, text, bytes) == 1 ? 128
                                                        : 0;
    return *ret_bits != 0;
}

bool value_is_network_entry(const char *text)
{
    int bits;
    const char *slash = strchr(text, '/');
    if (slash) {
        long long prefix;
        cleanup_free char *address = mem_strndup(text, (size_t)(slash - text));
        return is_address(address, &bits) && text_number(slash + 1, 0, bits, &prefix);
    }
    if (is_address(text, &bits))
        return true;
    /* What looks like an IPv4 address but is none is a mistake, not a host name. */
    if (only(text, DIGITS "."))
        return false;
    return is_host_name(text_starts(text, "*.") ? text + 2 : text);
}

bool value_is_user(const char *text)
{
    return text[0] != '-' && strlen(text) <= 64 && only(text, ALNUM "._-:") && text[0] != ':';
}

bool value_is_plugin(const char *text)
{
    const char *at = strchr(text, '@');
    return strlen(text) <= 200 && strchr(ALNUM, text[0]) && only(text, ALNUM "._-@/") &&
           (!at || (at[1] && !strchr(at + 1, '@')));
}
