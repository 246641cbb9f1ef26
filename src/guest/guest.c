/* guest.c - see guest.h. */
#include "guest/guest.h"

#include <stdlib.h>
#include <string.h>

#include "base/guest_abi.h"
#include "base/mem.h"
#include "base/path.h"

void guest_init(struct guest *guest, char *const *command, char *const *environment)
{
    *guest = (struct guest){0};
    while (*command)
        strv_add(&guest->command, *command++);
    for (; *environment; environment++) {
        const char *equals = strchr(*environment, '=');
        if (!equals)
            continue;
        cleanup_free char *name = mem_strndup(*environment, (size_t)(equals - *environment));
        map_set(&guest->given, name, equals + 1);
    }
    const char *hardening = guest_given(guest, GUEST_ENV_HARDENING);
    guest->relaxed = hardening && strcmp(hardening, "relaxed") == 0;
}

void guest_release(struct guest *guest)
{
    strv_release(&guest->command);
    map_release(&guest->given);
    map_release(&guest->env);
    user_release(&guest->user);
    free(guest->config_dir);
    free(guest->json_dir);
    *guest = (struct guest){0};
}

bool guest_is_shared(const struct guest *guest, const char *path)
{
    const char *workspace = guest_given(guest, GUEST_ENV_WORKSPACE);
    return strstr(path, "/..") || path_beneath(path, "/ccpod") ||
           (workspace && path_beneath(path, workspace));
}

const char *guest_given(const struct guest *guest, const char *name)
{
    const char *value = map_get(&guest->given, name);
    return value && *value ? value : NULL;
}
