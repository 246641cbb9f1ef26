/* env entries: a refused one has a reason; an accepted one gives a valid name, and a project's
 * never reads a host variable by interpolation. */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "config/env.h"
#include "config/values.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void try_as(const char *entry, enum env_from from)
{
    struct env env = {0};
    cleanup_strv struct strv entries = {0}, warnings = {0};
    cleanup_free char *why = NULL;

    if (!env_entry_check(entry, from, &why)) {
        assert(why);
        return;
    }
    strv_add(&entries, entry);
    env_add_all(&env, &entries, from, &warnings);
    const struct map *maps[] = {&env.plain, &env.secret};
    for (size_t i = 0; i < 2; i++)
        map_foreach (e, maps[i]) {
            assert(value_is_variable(e->key));
            assert(from != ENV_PROJECT || !env_is_denied_to_projects(e->key));
            assert(from != ENV_PROJECT || !strchr(entry, '=') ||
                   strcmp(e->value, strchr(entry, '=') + 1) == 0);
        }
    env_release(&env);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    cleanup_free char *entry = mem_strndup((const char *)data, size);
    try_as(entry, ENV_PROFILE);
    try_as(entry, ENV_PROJECT);
    log_close(); /* forgets the secrets, which would pile up */
    return 0;
}
