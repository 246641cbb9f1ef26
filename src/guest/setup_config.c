/* setup_config.c - Claude's config directory: the merged tree that the supervisor mounted, its
 * credentials, and its .claude.json with the first-run questions answered. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/credentials.h"
#include "base/guest_abi.h"
#include "base/json.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/path.h"
#include "guest/claude_files.h"
#include "guest/claude_json.h"
#include "guest/safe_tree.h"
#include "guest/setup.h"

static bool is_empty(const struct safe_dir *dir)
{
    int again = openat(dir->fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *list = again < 0 ? NULL : fdopendir(again);
    const struct dirent *e = NULL;
    while (list && (e = readdir(list)))
        if (strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0)
            break;
    if (list)
        closedir(list);
    return !e;
}

/* The supervisor always puts a settings.json there. An engine that does not see the directory
 * mounts an empty one in its place. */
static bool open_mounted(struct safe_dir *ret, struct error *err)
{
    bool opened = safe_dir_open(ret, GUEST_CONFIG_DIR, err);
    if (opened && !is_empty(ret))
        return true;
    if (opened)
        error_set(err, "%s is empty", GUEST_CONFIG_DIR);
    return error_hint(err, "The engine does not see ccpod's directory: share ~/.ccpod of this "
                           "machine with the engine (directory or file sharing in its settings).");
}

/* Claude's directory, and where the user may write; the user's unless it was mounted by others. */
static bool make_own(
    struct safe_dir *ret, const char *path, const struct user *user, struct error *err)
{
    if (!safe_make_dirs(ret, path, 0700, err))
        return false;
    cleanup_close int root = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
    cleanup_close int here = safe_openat_here(root, path + strspn(path, "/"), O_PATH | O_DIRECTORY);
    if (here >= 0 && fchown(ret->fd, user->uid, user->gid) < 0)
        return error_set(err, "give %s to uid %u: %s", path, (unsigned)user->uid, strerror(errno));
    return true;
}

/* The tree holds settings, never what a session or a login leaves. */
static bool is_left_out(const char *name)
{
    return setup_is_link(name) || strcmp(name, CLAUDE_CREDENTIALS) == 0 ||
           strcmp(name, CLAUDE_JSON) == 0;
}

static bool accept_bypass(const struct safe_dir *config, uid_t owner, struct error *err)
{
    cleanup_json json_t *settings = NULL;
    enum safe_found found = claude_read_json(config, CLAUDE_SETTINGS, owner, &settings, err);
    if (found == SAFE_REFUSED)
        return false;
    if (found == SAFE_MISSING)
        settings = json_object();
    return !claude_settings_bypass(settings) ||
           claude_write_json(config, CLAUDE_SETTINGS, settings, SAFE_REPLACE, err);
}

static bool locate(struct guest *guest, struct error *err)
{
    const char *dir = map_get(&guest->env, "CLAUDE_CONFIG_DIR");
    bool chosen = dir && dir[0] == '/';
    guest->config_dir = chosen ? mem_strdup(dir) : path_join(guest->user.home, ".claude");
    guest->json_dir = mem_strdup(chosen ? dir : guest->user.home);
    return !guest_is_shared(guest, guest->config_dir) ||
           error_set(err, "%s: a login must not lie in the project", guest->config_dir);
}

bool setup_config(struct guest *guest, struct error *err)
{
    cleanup_safe_dir struct safe_dir mounted = SAFE_DIR, own = SAFE_DIR;
    const char *bypass = guest_given(guest, GUEST_ENV_BYPASS);

    return locate(guest, err) && open_mounted(&mounted, err) &&
           make_own(&own, guest->config_dir, &guest->user, err) &&
           safe_tree_copy(&mounted, &own, is_left_out, err) &&
           (!bypass || strcmp(bypass, "1") != 0 || accept_bypass(&own, SAFE_ANY_OWNER, err));
}

/* What was handed in, NULL without. The store may hold what is no JSON by now: that ends no
 * session, for an API key may do, or a login that replaces it. */
static json_t *read_handed_in(const struct safe_dir *in, const char *name)
{
    cleanup_error struct error of_no_use = {0};
    json_t *json = NULL;
    if (claude_read_json(in, name, SAFE_ANY_OWNER, &json, &of_no_use) == SAFE_REFUSED)
        log_warn("%s; it is not used", of_no_use.text);
    return json;
}

static bool put_credentials(const struct guest *guest, const struct safe_dir *in, struct error *err)
{
    cleanup_json json_t *credentials = read_handed_in(in, GUEST_IN_CREDENTIALS);
    cleanup_safe_dir struct safe_dir config = SAFE_DIR;
    credentials_fit(credentials);
    return !credentials ||
           (safe_dir_open(&config, guest->config_dir, err) &&
               claude_write_json(&config, CLAUDE_CREDENTIALS, credentials, SAFE_CREATE, err));
}

static bool put_claude_json(const struct guest *guest, const struct safe_dir *in, struct error *err)
{
    cleanup_json json_t *image = NULL, *handed_in = read_handed_in(in, GUEST_IN_CLAUDE_JSON);
    cleanup_safe_dir struct safe_dir dir = SAFE_DIR;
    /* What the image has may be anything: where it is of no use, ours takes its place. */
    cleanup_error struct error of_no_use = {0};

    if (!safe_dir_open(&dir, guest->json_dir, err))
        return false;
    claude_read_json(&dir, CLAUDE_JSON, SAFE_ANY_OWNER, &image, &of_no_use);
    cleanup_json json_t *claude = claude_json_make(image, handed_in,
        guest_given(guest, GUEST_ENV_WORKSPACE), map_get(&guest->env, "ANTHROPIC_API_KEY"));
    return claude_write_json(&dir, CLAUDE_JSON, claude, SAFE_CREATE, err);
}

static bool tell_where(const struct guest *guest, struct error *err)
{
    cleanup_safe_dir struct safe_dir out = SAFE_DIR;
    cleanup_free char *text = mem_printf("credentials %s/%s\nclaude-json %s/%s\n",
        guest->config_dir, CLAUDE_CREDENTIALS, guest->json_dir, CLAUDE_JSON);
    return safe_dir_open(&out, GUEST_OUT_DIR, err) &&
           safe_make_file(&out, GUEST_OUT_WHERE, text, strlen(text), 0600, SAFE_CREATE, err);
}

bool setup_credentials(struct guest *guest, struct error *err)
{
    cleanup_safe_dir struct safe_dir in = SAFE_DIR;
    return safe_dir_open(&in, GUEST_IN_DIR, err) && tell_where(guest, err) &&
           put_credentials(guest, &in, err) && put_claude_json(guest, &in, err);
}
