/* profile_schema.c - the settings of profile.yml, described once (config/schema.h). */
#include <string.h>
#include <strings.h>

#include "base/mem.h"
#include "base/path.h"
#include "config/env.h"
#include "config/profile.h"
#include "config/values.h"

static const char *const source_words[] = {"local", "git", NULL};
static const char *const sync_words[] = {"always", "daily", "pin", NULL};
static const char *const auth_words[] = {"api-key", "oauth", NULL};
static const char *const permission_words[] = {"", "conservative", "moderate", "permissive", NULL};
static const char *const state_words[] = {"ephemeral", "persistent", NULL};
static const char *const policy_words[] = {"full", "restricted", NULL};
static const char *const hardening_words[] = {"default", "relaxed", NULL};

/* clang-format off */
static const struct setting source_settings[] = {
    { "source", SETTING_WORD, offsetof(struct profile_source, kind),
        .words = source_words, .required = true, .allowed = "local or git",
        .help = "where the Claude config tree comes from" },
    { "path", SETTING_TEXT, offsetof(struct profile_source, path),
        .check = value_is_one_line,
        .allowed = "a path; ~ and paths relative to the profile are fine",
        .help = "local: the tree's directory; without it the profile's own config/" },
    { "repo", SETTING_TEXT, offsetof(struct profile_source, repo),
        .check = value_is_git_url, .private = true,
        .allowed = "https://..., http://..., ssh://..., git://..., file://... or user@host:path",
        .help = "git: the repository" },
    { "ref", SETTING_TEXT, offsetof(struct profile_source, ref),
        .check = value_is_git_ref, .loose = true,
        .allowed = "a branch, tag or commit, without a leading -, \"..\" or special characters",
        .help = "git: branch, tag or commit; without it the remote's HEAD" },
    { "sync", SETTING_WORD, offsetof(struct profile_source, sync),
        .words = sync_words, .fallback = "daily", .allowed = "always, daily or pin",
        .help = "git: when to fetch" },
    { 0 },
};

static const struct setting image_settings[] = {
    { "use", SETTING_TEXT, offsetof(struct image_settings, use),
        .fallback = "ghcr.io/yorch/ccpod:latest", .check = value_is_image,
        .allowed = "an image reference (name, name:tag, host/name@digest), or build",
        .help = "image of the main container" },
    { "dockerfile", SETTING_TEXT, offsetof(struct image_settings, dockerfile),
        .check = value_is_one_line,
        .allowed = "a path: relative to the project, absolute, or with {{profile_dir}}",
        .help = "builds the image from this file" },
    { 0 },
};
/* clang-format on */

static bool is_key_file(const char *text)
{
    return text_starts(text, "~/.ccpod/") && path_is_inner(text + 2);
}

/* clang-format off */
static const struct setting auth_settings[] = {
    { "type", SETTING_WORD, offsetof(struct auth_settings, type),
        .words = auth_words, .fallback = "api-key", .allowed = "api-key or oauth",
        .help = "how Claude is let in" },
    { "keyEnv", SETTING_TEXT, offsetof(struct auth_settings, key_env),
        .fallback = "ANTHROPIC_API_KEY", .check = value_is_variable, .private = true,
        .allowed = "the name of a variable: letters, digits, _",
        .help = "api-key: the host's variable that holds it" },
    { "keyFile", SETTING_TEXT, offsetof(struct auth_settings, key_file),
        .check = is_key_file, .private = true, .allowed = "a path that begins with ~/.ccpod/",
        .help = "api-key: the file that holds it, where the variable is not set" },
    { 0 },
};

static const struct setting ssh_settings[] = {
    { "agentForward", SETTING_BOOL, offsetof(struct ssh_settings, agent_forward),
        .fallback = "true", .allowed = "true or false",
        .help = "forward the SSH agent" },
    { "mountSshDir", SETTING_BOOL, offsetof(struct ssh_settings, mount_ssh_dir),
        .fallback = "false", .allowed = "true or false",
        .help = "mount ~/.ssh, read-only" },
    { 0 },
};

const struct setting network_settings[] = {
    { "policy", SETTING_WORD, offsetof(struct network_settings, policy),
        .words = policy_words, .fallback = "full",
        .given = offsetof(struct network_settings, policy_given), .allowed = "full or restricted",
        .help = "restricted: nothing is reached but what `allow` names" },
    { "allow", SETTING_TEXTS, offsetof(struct network_settings, allow),
        .check = value_is_network_entry,
        .allowed = "a host name, *.suffix, an IP address, a CIDR, or a preset (anthropic, github, "
                   "npm, debian)",
        .help = "restricted: what may be reached" },
    { 0 },
};

const struct setting port_settings[] = {
    { "list", SETTING_CUSTOM, offsetof(struct port_settings, list),
        .read = ports_read, .write = ports_write,
        .allowed = "a list of port, host:container, ip:host:container",
        .help = "ports published on the host; /udp behind one where wanted" },
    { "autoDetectMcp", SETTING_BOOL, offsetof(struct port_settings, auto_detect_mcp),
        .fallback = "true", .given = offsetof(struct port_settings, auto_detect_given),
        .allowed = "true or false",
        .help = "publish the local ports that .mcp.json names" },
    { 0 },
};

const struct setting workspace_settings[] = {
    { "target", SETTING_TEXT, offsetof(struct workspace_settings, target),
        .fallback = "/workspace", .check = value_is_workspace, .only = LEVEL_PROFILE,
        .allowed = "an absolute path inside the container, or same",
        .help = "where the project is mounted; same: at its own path" },
    { "mask", SETTING_TEXTS, offsetof(struct workspace_settings, mask),
        .check = value_is_mask, .allowed = "a path inside the project, without \"..\"",
        .help = "files and directories that look empty from inside" },
    { 0 },
};
/* clang-format on */

static bool is_host_path(const char *text)
{
    return (text[0] == '/' || text_starts(text, "~/") || strcmp(text, "~") == 0) &&
           value_is_one_line(text);
}

/* clang-format off */
static const struct setting mount_settings[] = {
    { "source", SETTING_TEXT, offsetof(struct mount, source),
        .check = is_host_path, .required = true,
        .allowed = "a path on the host: absolute, or with ~/",
        .help = "on the host" },
    { "target", SETTING_TEXT, offsetof(struct mount, target),
        .check = value_is_container_path, .required = true,
        .allowed = "an absolute path inside the container, none of ccpod's own",
        .help = "inside" },
    { "readOnly", SETTING_BOOL, offsetof(struct mount, read_only),
        .fallback = "false", .allowed = "true or false",
        .help = "not to be written" },
    { 0 },
};
/* clang-format on */

static void read_mounts(struct schema *schema, const struct node *list, void *field)
{
    struct mounts *mounts = field;
    if (!schema_is_list(schema, list))
        return;
    for (size_t i = 0; i < list->n; i++) {
        size_t mark = schema_enter_item(schema, i);
        if (schema_is_map(schema, &list->items[i])) {
            mounts->items = mem_resize(mounts->items, mounts->n + 1, sizeof *mounts->items);
            mounts->items[mounts->n] = (struct mount){0};
            schema_read(schema, mount_settings, &list->items[i], &mounts->items[mounts->n++]);
        }
        schema_leave(schema, mark);
    }
}

static json_t *write_mounts(const void *field)
{
    const struct mounts *mounts = field;
    json_t *list = json_array();
    for (size_t i = 0; i < mounts->n; i++)
        json_array_append_new(list, schema_write(mount_settings, &mounts->items[i]));
    return list;
}

/* clang-format off */
static const struct setting viewer_settings[] = {
    { "port", SETTING_NUMBER, offsetof(struct viewer_settings, port),
        .least = 1, .most = 65535, .fallback = "3000", .allowed = "a port from 1 to 65535",
        .help = "on 127.0.0.1" },
    { 0 },
};
/* clang-format on */

static void read_viewer(struct schema *schema, const struct node *node, void *field)
{
    struct viewer_settings *viewer = field;
    schema_defaults(viewer_settings, viewer);
    viewer->on = node->kind == NODE_MAP || (node->text && strcasecmp(node->text, "true") == 0);
    if (node->kind == NODE_MAP)
        schema_read(schema, viewer_settings, node, viewer);
    else if (node->kind != NODE_BOOL)
        schema_bad(schema, node, "must be true, false, or a map with port");
}

static json_t *write_viewer(const void *field)
{
    const struct viewer_settings *viewer = field;
    return viewer->on ? schema_write(viewer_settings, viewer) : json_false();
}

/* clang-format off */
const struct setting profile_settings[] = {
    { "name", SETTING_TEXT, offsetof(struct profile, name),
        .required = true, .loose = true, .check = value_is_profile_name,
        .allowed = "1 to 64 letters, digits, _ and -",
        .help = "the profile's name, as its directory's" },
    { "description", SETTING_TEXT, offsetof(struct profile, description),
        .loose = true,
        .help = "shown by `profile list`" },
    { "config", SETTING_GROUP, offsetof(struct profile, config),
        .group = source_settings,
        .help = "the Claude config tree" },
    { "image", SETTING_GROUP, offsetof(struct profile, image),
        .group = image_settings,
        .help = "the main container's image" },
    { "auth", SETTING_GROUP, offsetof(struct profile, auth),
        .group = auth_settings,
        .help = "authentication" },
    { "claudeArgs", SETTING_TEXTS, offsetof(struct profile, claude_args),
        .loose = true,
        .help = "passed to claude every time" },
    { "permissions", SETTING_WORD, offsetof(struct profile, permissions),
        .words = permission_words, .allowed = "conservative, moderate or permissive",
        .help = "a preset, the lowest layer under settings.json" },
    { "plugins", SETTING_TEXTS, offsetof(struct profile, plugins),
        .check = value_is_plugin, .allowed = "a plugin: name, or name@marketplace",
        .help = "plugins to install" },
    { "state", SETTING_WORD, offsetof(struct profile, state),
        .words = state_words, .fallback = "ephemeral", .allowed = "ephemeral or persistent",
        .help = "whether history outlives the container" },
    { "ssh", SETTING_GROUP, offsetof(struct profile, ssh),
        .group = ssh_settings,
        .help = "SSH" },
    { "isolation", SETTING_BOOL, offsetof(struct profile, isolation),
        .fallback = "false", .allowed = "true or false",
        .help = "ignore everything that the project says" },
    { "trustProjects", SETTING_BOOL, offsetof(struct profile, trust_projects),
        .fallback = "false", .allowed = "true or false",
        .help = "trust every project" },
    { "network", SETTING_GROUP, offsetof(struct profile, network),
        .group = network_settings,
        .help = "the way out" },
    { "ports", SETTING_GROUP, offsetof(struct profile, ports),
        .group = port_settings,
        .help = "published ports of the main container" },
    { "services", SETTING_CUSTOM, offsetof(struct profile, services),
        .read = services_read, .write = services_write, .group = service_settings,
        .allowed = "a map of services",
        .help = "sidecars" },
    { "env", SETTING_CUSTOM, offsetof(struct profile, env),
        .read = env_entries_read, .write = env_entries_write,
        .allowed = "a list of KEY (forwarded), KEY=value",
        .help = "variables; ${NAME} and ${NAME:-default} read the host's" },
    { "init", SETTING_TEXTS, offsetof(struct profile, init),
        .check = value_is_one_line, .allowed = "a command on a single line",
        .help = "commands to run before Claude" },
    { "resources", SETTING_GROUP, offsetof(struct profile, resources),
        .group = resources_settings,
        .help = "limits on the main container" },
    { "caCertificates", SETTING_TEXTS, offsetof(struct profile, ca_certificates),
        .check = value_is_one_line, .allowed = "the path of a PEM file",
        .help = "certificates to trust inside" },
    { "workspace", SETTING_GROUP, offsetof(struct profile, workspace),
        .group = workspace_settings,
        .help = "how the project is mounted" },
    { "mounts", SETTING_CUSTOM, offsetof(struct profile, mounts),
        .read = read_mounts, .write = write_mounts, .group = mount_settings,
        .allowed = "a list of source, target, readOnly",
        .help = "further host paths" },
    { "hardening", SETTING_WORD, offsetof(struct profile, hardening),
        .words = hardening_words, .fallback = "default", .allowed = "default or relaxed",
        .help = "relaxed: the engine's default capabilities, and setuid programs" },
    { "bridge", SETTING_CUSTOM, offsetof(struct profile, bridge),
        .read = bridge_read, .write = bridge_write, .group = bridge_settings,
        .allowed = "a map with commands",
        .help = "commands that run in sidecars" },
    { "compose", SETTING_BOOL, offsetof(struct profile, compose),
        .fallback = "false", .allowed = "true or false",
        .help = "the project's Compose containers belong to the pod" },
    { "viewer", SETTING_CUSTOM, offsetof(struct profile, viewer),
        .read = read_viewer, .write = write_viewer, .group = viewer_settings,
        .allowed = "true, false, or a map with port",
        .help = "a web page of the profile's sessions" },
    { "allowProjectHostMounts", SETTING_BOOL, offsetof(struct profile, allow_project_host_mounts),
        .fallback = "false", .allowed = "true or false",
        .help = "a project's services may mount host paths and publish anywhere" },
    { "allowProjectInit", SETTING_BOOL, offsetof(struct profile, allow_project_init),
        .fallback = "false", .allowed = "true or false",
        .help = "a project's init commands and plugins count" },
    { "allowProjectNetwork", SETTING_BOOL, offsetof(struct profile, allow_project_network),
        .fallback = "false", .allowed = "true or false",
        .help = "a project may add to network.allow" },
    { 0 },
};
/* clang-format on */
