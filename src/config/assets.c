/* assets.c - see resolved.h: settings.json, CLAUDE.md and MCP servers, as layers.
 *
 * A trusted project's own files are layered by Claude itself, over the merged config dir, which
 * then holds the profile's alone, less what the project replaces. Those of a project that is not
 * trusted never reach Claude by themselves (--setting-sources user), so what may be taken of them
 * is written into the merged config dir. Either way `seen_...` is what Claude makes of it. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "base/guest_abi.h"
#include "base/json.h"
#include "base/limits.h"
#include "base/mem.h"
#include "base/path.h"
#include "config/claude_md.h"
#include "config/resolved.h"
#include "config/settings.h"

/* Reads a file of the profile's tree (which may be a link: the profile is trusted); *ret is NULL
 * where there is none. */
static bool read_asset(
    const struct resolved *r, const char *name, size_t max, char **ret, struct error *err)
{
    cleanup_free char *path = path_join(r->profile.config.path, name);
    cleanup_str struct str text = STR(max);
    struct stat st;

    *ret = NULL;
    if (stat(path, &st) < 0 && errno == ENOENT)
        return true;
    if (!file_read(path, FILE_FOLLOW, &text, err))
        return false;
    if (memchr(text.s, '\0', text.len))
        return error_set(err, "%s: a NUL byte, and it must be text", path);
    *ret = str_take(&text);
    return true;
}

static bool check_source(const struct resolved *r, struct error *err)
{
    const struct profile_source *source = &r->profile.config;
    cleanup_free char *own = path_join(r->profile.dir, "config");
    struct stat st;

    if (stat(source->path, &st) == 0)
        return S_ISDIR(st.st_mode) || error_set(err, "%s: config.path: %s is not a directory",
                                          r->profile.file, source->path);
    if (errno != ENOENT)
        return error_set(
            err, "%s: config.path: %s: %s", r->profile.file, source->path, strerror(errno));
    if (source->kind == SOURCE_GIT) {
        error_set(err, "it has not been fetched yet");
        return error_hint(err, "`ccpod profile update %s` does that", r->profile.name);
    }
    if (strcmp(source->path, own) == 0)
        return true;
    return error_set(err, "%s: config.path: %s does not exist", r->profile.file, source->path);
}

static bool read_settings(struct resolved *r, json_t **ret, struct error *err)
{
    cleanup_free char *path = path_join(r->profile.config.path, "settings.json");
    cleanup_free char *text = NULL;

    if (!read_asset(r, "settings.json", LIMIT_JSON_FILE, &text, err))
        return false;
    *ret = text ? json_parse(text, strlen(text), path, err) : json_object();
    if (!*ret)
        return false;
    auth_find_helper(&r->auth, *ret, path);
    if (json_is_object(*ret))
        return true;
    json_decref(*ret);
    return error_set(err, "%s: must be an object of settings", path);
}

static bool is_bypass(const json_t *settings)
{
    const char *mode = json_text_at(settings, "permissions.defaultMode");
    return mode && strcmp(mode, "bypassPermissions") == 0;
}

static void drop_replaced(json_t *base, const json_t *projects, enum merge_mode mode)
{
    if (mode != MERGE_OVERRIDE)
        return;
    if (json_object_get(projects, "hooks"))
        json_object_del(base, "hooks");
    if (json_object_get(projects, "enabledPlugins"))
        json_object_del(base, "enabledPlugins");
}

/* The layers of settings.json. `profiles` is taken over. */
static void lay_settings(struct resolved *r, json_t *profiles)
{
    enum merge_mode mode = r->project.merge;
    json_t *base = settings_preset(r->profile.permissions);

    settings_lay(base, profiles, MERGE_DEEP);
    json_decref(profiles);
    r->bypass = r->bypass || is_bypass(base);
    if (r->trust == TRUST_GIVEN) {
        r->seen_settings = json_deep_copy(base);
        drop_replaced(base, r->snapshot.settings, mode);
        if (r->snapshot.settings)
            settings_lay(r->seen_settings, r->snapshot.settings, mode);
        if (r->snapshot.local_settings)
            settings_lay(r->seen_settings, r->snapshot.local_settings, MERGE_DEEP);
        settings_enable_plugins(r->seen_settings, &r->plugins);
    } else if (r->snapshot.settings) {
        cleanup_json json_t *allowed = trust_allowed_settings(r->snapshot.settings, NULL);
        settings_lay(base, allowed, mode);
    }
    settings_enable_plugins(base, &r->plugins);
    r->settings = base;
    if (!r->seen_settings)
        r->seen_settings = json_incref(base);
}

static void lay_claude_md(struct resolved *r, const char *profiles)
{
    const char *theirs = r->snapshot.claude_md;
    enum claude_md_mode mode = r->project.config.claude_md;

    if (r->trust == TRUST_GIVEN) {
        bool dropped = mode == CLAUDE_MD_OVERRIDE && theirs;
        r->claude_md = mem_strdup(dropped || !profiles ? "" : profiles);
        r->seen_claude_md = claude_md_join(profiles, theirs, mode);
        return;
    }
    cleanup_free char *inlined =
        theirs ? claude_md_imports(theirs, r->project.dir, &r->masks, &r->warnings) : NULL;
    r->claude_md = claude_md_join(profiles, inlined, mode);
    r->seen_claude_md = mem_strdup(r->claude_md);
}

/* The profile's MCP servers: Claude reads none of them by itself at the user level. */
static bool lay_flags(struct resolved *r, struct error *err)
{
    cleanup_free char *mcp = NULL;
    cleanup_free char *path = path_join(r->profile.config.path, "mcp.json");

    if (!read_asset(r, "mcp.json", LIMIT_JSON_FILE, &mcp, err))
        return false;
    if (mcp) {
        cleanup_json json_t *json = json_parse(mcp, strlen(mcp), path, err);
        if (!json)
            return false;
    }
    strv_release(&r->claude_flags);
    if (r->trust != TRUST_GIVEN) {
        strv_add(&r->claude_flags, "--setting-sources");
        strv_add(&r->claude_flags, "user");
        strv_add(&r->claude_flags, "--strict-mcp-config");
    }
    /* In one word: the flag takes any number of files, and would swallow what follows. */
    if (mcp)
        strv_add(&r->claude_flags, "--mcp-config=" GUEST_CONFIG_DIR "/mcp.json");
    return true;
}

static bool is_named(const json_t *settings, const char *path)
{
    cleanup_free char *text = json_dumps(settings, JSON_ENCODE_ANY | JSON_COMPACT);
    return text && strstr(text, path);
}

/* Files that both sides have: a trusted project's replaces the profile's, but not where the
 * profile's is code that its settings run, nor where it is masked. */
static void find_shadowed(struct resolved *r, const json_t *profiles)
{
    for (size_t i = 0; r->trust == TRUST_GIVEN && i < r->snapshot.files.n; i++) {
        const char *path = r->snapshot.files.v[i];
        cleanup_free char *mine = path_join(r->profile.config.path, path);
        cleanup_free char *theirs = path_join(".claude", path);
        struct stat st;
        if (!strchr(path, '/') || masks_hide(&r->masks, theirs) || lstat(mine, &st) < 0 ||
            !S_ISREG(st.st_mode))
            continue;
        if (text_starts(path, "hooks/") || is_named(profiles, path))
            strv_addf(&r->warnings,
                ".claude/%s: the profile has one too, which its settings go on using", path);
        else
            strv_add(&r->shadowed, path);
    }
}

static void forget_assets(struct resolved *r)
{
    json_decref(r->settings);
    json_decref(r->seen_settings);
    free(r->claude_md);
    free(r->seen_claude_md);
    strv_release(&r->shadowed);
    r->settings = r->seen_settings = NULL;
    r->claude_md = r->seen_claude_md = NULL;
}

/* Now that all has been looked at that may let Claude in. */
static bool check_auth(struct resolved *r, struct error *err)
{
    if (r->headless)
        return auth_require(&r->auth, &r->profile, err);
    cleanup_free char *warning = auth_warning(&r->auth, &r->profile);
    if (warning && !strv_has(&r->warnings, warning))
        strv_add(&r->warnings, warning);
    return true;
}

bool resolve_assets(struct resolved *r, struct error *err)
{
    cleanup_free char *claude_md = NULL;
    json_t *profiles = NULL;

    forget_assets(r);
    if (!check_source(r, err) || !read_asset(r, "CLAUDE.md", LIMIT_CLAUDE_MD, &claude_md, err) ||
        !lay_flags(r, err) || !read_settings(r, &profiles, err))
        return error_wrap(err, "read the config tree of the profile %s", r->profile.name);
    find_shadowed(r, profiles);
    lay_settings(r, profiles);
    lay_claude_md(r, claude_md);
    return check_auth(r, err);
}
