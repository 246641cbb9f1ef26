/* names.c - see names.h. */
#include "config/names.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#ifdef __APPLE__
#include <sys/random.h>
#include <uuid/uuid.h>
#endif

#include "base/file.h"
#include "base/limits.h"
#include "base/mem.h"
#include "base/str.h"
#include "config/diag.h"
#include "config/values.h"

#define LOWER  "abcdefghijklmnopqrstuvwxyz"
#define DIGITS "0123456789"

bool profile_name_check(const char *name, struct error *err)
{
    static const char *const reserved[] = {"svc-", "ns-", "net-"};
    cleanup_free char *shown = NULL;

    if (!value_is_profile_name(name)) {
        shown = value_shown(name);
        return error_set_code(err, EXIT_CODE_USAGE,
            "%s is not a profile name: 1 to 64 letters, digits, _ and -", shown);
    }
    for (size_t i = 0; i < array_size(reserved); i++)
        if (text_starts(name, reserved[i]))
            return error_set_code(err, EXIT_CODE_USAGE,
                "%s is not a profile name: it may not begin with svc-, ns- or net-", name);
    return true;
}

bool session_name_check(const char *name, struct error *err)
{
    size_t n = strlen(name);
    if (n && n <= 32 && strchr(LOWER, name[0]) && !name[strspn(name, LOWER DIGITS "_")])
        return true;
    cleanup_free char *shown = value_shown(name);
    return error_set_code(err, EXIT_CODE_USAGE,
        "%s is not a session name: 1 to 32 lower-case letters, digits and _, a letter first",
        shown);
}

bool service_name_is_valid(const char *name)
{
    size_t n = strlen(name);
    return n && n <= 63 && strchr(LOWER DIGITS, name[0]) && !name[strspn(name, LOWER DIGITS "_-")];
}

bool service_name_is_reserved(const char *name)
{
    static const char *const ours[] = {"main", "ns", "net", "bridge-proxy", "viewer", "claude"};
    for (size_t i = 0; i < array_size(ours); i++)
        if (strcmp(name, ours[i]) == 0)
            return true;
    return false;
}

bool run_id_is_valid(const char *id)
{
    return strlen(id) == RUN_ID_HEX && !id[strspn(id, DIGITS "abcdef")];
}

void run_id_make(char ret[static RUN_ID_HEX + 1])
{
    unsigned char bytes[RUN_ID_HEX / 2];
    if (getentropy(bytes, sizeof bytes) != 0)
        abort();
    for (size_t i = 0; i < sizeof bytes; i++)
        snprintf(ret + 2 * i, 3, "%02x", bytes[i]);
}

static void short_hash(const char *text, size_t n, char ret[static HASH_SHORT + 1])
{
    char hex[HASH_HEX + 1];
    hash_bytes(text, n, hex);
    memcpy(ret, hex, HASH_SHORT);
    ret[HASH_SHORT] = '\0';
}

void project_hash(const char *real_dir, char ret[static HASH_SHORT + 1])
{
    cleanup_free char *path = mem_strdup(real_dir);
#ifdef __APPLE__ /* its file systems ignore case */
    for (char *s = path; *s; s++)
        *s = (char)tolower((unsigned char)*s);
#endif
    short_hash(path, strlen(path), ret);
}

/* What tells this machine from others; the host name where the system keeps no id. */
static void add_machine(struct str *text)
{
#ifdef __APPLE__
    uuid_t id;
    const struct timespec wait = {.tv_sec = 1};
    uuid_string_t name;
    if (gethostuuid(id, &wait) == 0) {
        uuid_unparse_lower(id, name);
        str_addz(text, name);
        return;
    }
#else
    static const char *const files[] = {"/etc/machine-id", "/var/lib/dbus/machine-id"};
    for (size_t i = 0; i < array_size(files); i++) {
        cleanup_error struct error ignored = {0};
        if (file_read(files[i], FILE_FOLLOW, text, &ignored) && text->len)
            return;
        str_clear(text);
    }
#endif
    char host[256] = "";
    gethostname(host, sizeof host - 1);
    str_addz(text, host);
}

void owner_id(char ret[static HASH_SHORT + 1])
{
    static char machine[KIB]; /* asked for dozens of times, and read once */
    cleanup_str struct str text = STR(LIMIT_PATH);
    const char *instance = getenv("CCPOD_INSTANCE");
    if (!*machine) {
        add_machine(&text);
        snprintf(machine, sizeof machine, "%s", text.s);
        str_clear(&text);
    }
    str_addz(&text, machine);
    str_addf(&text, "\n%u\n", (unsigned)geteuid());
    str_add(&text, instance ? instance : "", instance ? strnlen(instance, KIB) : 0);
    short_hash(text.s, text.len, ret);
}

char *name_main(const char *profile, const char *hash)
{
    return mem_printf("ccpod-%s-%s", profile, hash);
}

char *name_main_run(const char *profile, const char *hash, const char *run_id)
{
    return mem_printf("ccpod-%s-%s-%s", profile, hash, run_id);
}

char *name_main_session(const char *profile, const char *hash, const char *session)
{
    return mem_printf("ccpod-%s-%s-%s", profile, hash, session);
}

char *name_service(const char *profile, const char *hash, const char *service)
{
    return mem_printf("ccpod-svc-%s-%s-%s", profile, hash, service);
}

char *name_network(const char *profile, const char *hash)
{
    return mem_printf("ccpod-net-%s-%s", profile, hash);
}

char *name_holder(const char *profile, const char *hash, unsigned n)
{
    return mem_printf("ccpod-ns-%s-%s-%u", profile, hash, n);
}

char *name_plugins(const char *profile, const char *hash)
{
    return hash ? mem_printf("ccpod-plugins-%s-%s", profile, hash)
                : mem_printf("ccpod-plugins-%s", profile);
}

/* An image's name takes "_", "__" and any number of "-" between letters and digits, unmixed. */
char *name_local_image(const char *profile, const char *hash)
{
    cleanup_str struct str name = STR(LIMIT_PATH);
    for (const char *s = profile; *s;) {
        size_t n = strspn(s, "_-"), dashes = strspn(s, "-");
        bool kept = s != profile && s[n] && (dashes == n || (dashes == 0 && n <= 2));
        for (size_t i = 0; i < n; i++)
            str_addc(&name, kept ? s[i] : '-');
        s += n;
        for (; *s && !strchr("_-", *s); s++)
            str_addc(&name, (char)tolower((unsigned char)*s));
    }
    return mem_printf("ccpod-local-%s-%s:latest", name.s, hash);
}
