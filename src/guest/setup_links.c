/* setup_links.c - what outlives the container: Claude's plugins lie on a volume, and what its
 * sessions leave behind lies in the state directory; its own directory holds links to them. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/guest_abi.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/path.h"
#include "guest/safe_make.h"
#include "guest/setup.h"

enum kind { WHOLE, DIRECTORY, FILE_ };

static const struct {
    const char *name;
    const char *target;
    enum kind kind; /* WHOLE: the target itself; else that name in it, made if missing */
} links[] = {
    {"plugins",       GUEST_PLUGINS_DIR, WHOLE    },
    {"projects",      GUEST_STATE_DIR,   DIRECTORY},
    {"todos",         GUEST_STATE_DIR,   DIRECTORY},
    {"statsig",       GUEST_STATE_DIR,   DIRECTORY},
    {"sessions",      GUEST_STATE_DIR,   DIRECTORY},
    {"tasks",         GUEST_STATE_DIR,   DIRECTORY},
    {"plans",         GUEST_STATE_DIR,   DIRECTORY},
    {"file-history",  GUEST_STATE_DIR,   DIRECTORY},
    {"teams",         GUEST_STATE_DIR,   DIRECTORY},
    {"history.jsonl", GUEST_STATE_DIR,   FILE_    },
};

bool setup_is_link(const char *name)
{
    for (size_t i = 0; i < array_size(links); i++)
        if (strcmp(name, links[i].name) == 0)
            return true;
    return false;
}

/* Makes `name` a link to `target`, in place of a file, a link or an empty directory. A directory
 * that holds something stays: it may be a mount of the user's, and is in no case ours to empty. */
static bool make_link(
    const struct safe_dir *dir, const char *name, const char *target, struct error *err)
{
    bool made = safe_make_link(dir, name, target);
    if (!made && errno == EISDIR && unlinkat(dir->fd, name, AT_REMOVEDIR) == 0)
        made = safe_make_link(dir, name, target);
    if (!made && errno == ENOTEMPTY)
        log_warn("%s/%s is not linked to %s: the image has files there", dir->path, name, target);
    return made || errno == ENOTEMPTY || errno == EBUSY ||
           error_set(err, "link %s/%s: %s", dir->path, name, strerror(errno));
}

/* The place that a link leads to. What is there is what an earlier session left, of any kind. */
static bool make_place(
    const struct safe_dir *state, const char *name, enum kind kind, struct error *err)
{
    struct stat st;
    if (kind == WHOLE || fstatat(state->fd, name, &st, AT_SYMLINK_NOFOLLOW) == 0)
        return true;
    if (kind == FILE_)
        return safe_make_file(state, name, "", 0, 0600, SAFE_CREATE, err);
    cleanup_safe_dir struct safe_dir made = SAFE_DIR;
    return safe_make_dir(&made, state, name, 0700, err);
}

bool setup_links(struct guest *guest, struct error *err)
{
    cleanup_safe_dir struct safe_dir config = SAFE_DIR, state = SAFE_DIR;

    if (!safe_dir_open(&config, guest->config_dir, err) ||
        !safe_dir_open(&state, GUEST_STATE_DIR, err))
        return false;
    for (size_t i = 0; i < array_size(links); i++) {
        const char *name = links[i].name;
        cleanup_free char *target =
            links[i].kind == WHOLE ? mem_strdup(links[i].target) : path_join(links[i].target, name);
        if (!make_place(&state, name, links[i].kind, err) || !make_link(&config, name, target, err))
            return false;
    }

    struct stat st;
    cleanup_safe_dir struct safe_dir home = SAFE_DIR;
    if (stat(GUEST_SSH_DIR, &st) < 0)
        return true;
    return safe_dir_open(&home, guest->user.home, err) &&
           make_link(&home, ".ssh", GUEST_SSH_DIR, err);
}
