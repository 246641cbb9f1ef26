/* The secrets file, and the environment that PID 1 hands to a shell: what is taken can be read
 * back, and what is not has a reason that quotes nothing. */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/mem.h"
#include "guest/env.h"
#include "guest/identity.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void write_and_read(const struct map *env)
{
    const struct user user = {.uid = 1500, .gid = 7, .groups = {7}, .n_groups = 1};
    cleanup_str struct str text = STR(LIMIT_IDENTITY);
    cleanup_error struct error err = {0};
    struct identity identity;
    if (!identity_write(&user, true, env, &text))
        return;
    assert(identity_read(&text, &identity, &err));
    assert(identity.uid == 1500 && identity.env.n == env->n);
    identity_release(&identity);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    cleanup_str struct str text = STR(LIMIT_SECRETS);
    cleanup_map struct map env = {0};
    cleanup_error struct error err = {0}, other = {0};
    struct identity identity;

    if (!str_add(&text, data, size))
        return 0;
    if (env_add_secrets(&env, &text, &err))
        write_and_read(&env);
    else
        assert(strstr(err.text, "not NAME=VALUE and a NUL byte"));
    if (identity_read(&text, &identity, &other)) {
        assert(identity.n_groups >= 1 && identity.n_groups <= USER_GROUPS);
        identity_release(&identity);
    }
    return 0;
}
