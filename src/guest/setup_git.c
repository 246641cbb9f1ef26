/* setup_git.c - git in the container: the host user's name and address, and the workspace as a
 * safe directory, for it may belong to another user than Claude's. All of it stands in the
 * system's file, so that a repository and the user's own file say otherwise if they want to. */
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include "base/guest_abi.h"
#include "base/limits.h"
#include "guest/env.h"
#include "guest/gitconfig.h"
#include "guest/safe_make.h"
#include "guest/setup.h"

/* What the supervisor has asked the host's git. */
static bool read_user(struct map *user, struct error *err)
{
    cleanup_safe_dir struct safe_dir in = SAFE_DIR;
    cleanup_str struct str text = STR(LIMIT_SECRETS);

    if (!safe_dir_open(&in, GUEST_IN_DIR, err) ||
        safe_read(&in, GUEST_IN_GIT, SAFE_ANY_OWNER, &text, err) == SAFE_REFUSED)
        return false;
    return env_add_secrets(user, &text, err) ||
           error_wrap(err, "%s/%s", GUEST_IN_DIR, GUEST_IN_GIT);
}

bool setup_git(struct guest *guest, struct error *err)
{
    struct stat st;
    cleanup_safe_dir struct safe_dir etc = SAFE_DIR;
    cleanup_str struct str text = STR(LIMIT_CONFIG_FILE), ours = STR(LIMIT_CONFIG_FILE);
    cleanup_map struct map user = {0};

    if (!read_user(&user, err) || !safe_dir_open(&etc, "/etc", err))
        return false;
    bool is_link =
        fstatat(etc.fd, "gitconfig", &st, AT_SYMLINK_NOFOLLOW) == 0 && S_ISLNK(st.st_mode);
    if (!is_link && safe_read(&etc, "gitconfig", SAFE_ANY_OWNER, &text, err) == SAFE_REFUSED)
        return false;

    gitconfig_add(&ours, "user", "name", map_get(&user, GUEST_GIT_NAME));
    gitconfig_add(&ours, "user", "email", map_get(&user, GUEST_GIT_EMAIL));
    gitconfig_add(&ours, "safe", "directory", guest_given(guest, GUEST_ENV_WORKSPACE));
    if (!ours.len || strstr(text.s, ours.s)) /* the second: the container was started again */
        return true;
    if (text.len && text.s[text.len - 1] != '\n')
        str_addc(&text, '\n');
    if (!str_add(&text, ours.s, ours.len))
        return error_set(err, "/etc/gitconfig: too large");
    return safe_make_file(&etc, "gitconfig", text.s, text.len, 0644, SAFE_CREATE, err);
}
