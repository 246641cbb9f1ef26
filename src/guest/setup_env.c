/* setup_env.c - the environment of what runs as the user, the secrets in it, and the command. */
#include "base/guest_abi.h"
#include "base/limits.h"
#include "base/mem.h"
#include "guest/env.h"
#include "guest/safe_make.h"
#include "guest/setup.h"

bool setup_env(struct guest *guest, struct error *err)
{
    (void)err;
    env_for_user(&guest->given, &guest->user, &guest->env);
    return true;
}

bool setup_secrets(struct guest *guest, struct error *err)
{
    cleanup_safe_dir struct safe_dir in = SAFE_DIR, out = SAFE_DIR;
    cleanup_str struct str text = STR(LIMIT_SECRETS);

    if (!safe_dir_open(&in, GUEST_IN_DIR, err) || !safe_dir_open(&out, GUEST_OUT_DIR, err))
        return false;
    if (safe_read(&in, GUEST_IN_SECRETS, SAFE_ANY_OWNER, &text, err) == SAFE_REFUSED)
        return false;
    bool ok = env_add_secrets(&guest->env, &text, err);
    mem_wipe(text.s, text.len);
    if (!ok)
        return error_wrap(err, "%s/%s", GUEST_IN_DIR, GUEST_IN_SECRETS);
    /* Said in any case: what is not there may be taken for read. */
    return safe_make_file(&out, GUEST_OUT_SECRETS_READ, "", 0, 0600, SAFE_CREATE, err);
}

bool setup_command(struct guest *guest, struct error *err)
{
    (void)err;
    if (!guest->command.n)
        map_set(&guest->env, GUEST_ENV_SHELL_MODE, "1");
    env_apply_yolo(&guest->env, &guest->command);
    return true;
}
