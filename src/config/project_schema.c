/* project_schema.c - the settings of .ccpod.yml, described once (config/schema.h). Same types as in
 * a profile, all optional. */
#include "config/env.h"
#include "config/project.h"
#include "config/values.h"

static const char *const merge_words[] = {"deep", "override", NULL};
static const char *const claude_md_words[] = {"append", "override", NULL};

/* clang-format off */
static const struct setting config_settings[] = {
    { "claudeMd", SETTING_WORD, offsetof(struct project_config, claude_md),
        .words = claude_md_words, .fallback = "append", .allowed = "append or override",
        .help = "the project's CLAUDE.md behind the profile's, or in its place" },
    { 0 },
};

const struct setting project_settings[] = {
    { "profile", SETTING_TEXT, offsetof(struct project, profile),
        .check = value_is_profile_name, .loose = true,
        .allowed = "1 to 64 letters, digits, _ and -",
        .help = "the profile to use; --profile beats it" },
    { "merge", SETTING_WORD, offsetof(struct project, merge),
        .words = merge_words, .fallback = "deep", .allowed = "deep or override",
        .help = "whether this file adds to the profile or replaces" },
    { "claudeArgs", SETTING_TEXTS, offsetof(struct project, claude_args),
        .loose = true, .given = offsetof(struct project, claude_args_given),
        .help = "passed to claude every time" },
    { "init", SETTING_TEXTS, offsetof(struct project, init),
        .check = value_is_one_line, .given = offsetof(struct project, init_given),
        .allowed = "a command on a single line",
        .help = "commands to run before Claude, where the profile allows it" },
    { "config", SETTING_GROUP, offsetof(struct project, config),
        .group = config_settings,
        .help = "Claude's configuration" },
    { "network", SETTING_GROUP, offsetof(struct project, network),
        .group = network_settings,
        .help = "the way out, to be tightened only" },
    { "ports", SETTING_GROUP, offsetof(struct project, ports),
        .group = port_settings,
        .help = "published ports of the main container, on 127.0.0.1" },
    { "services", SETTING_CUSTOM, offsetof(struct project, services),
        .read = services_read, .write = services_write, .group = service_settings,
        .allowed = "a map of services",
        .help = "sidecars" },
    { "env", SETTING_CUSTOM, offsetof(struct project, env),
        .read = env_entries_read, .write = env_entries_write,
        .allowed = "a list of KEY (forwarded), KEY=value",
        .help = "variables, once the project is trusted" },
    { "plugins", SETTING_TEXTS, offsetof(struct project, plugins),
        .check = value_is_plugin, .given = offsetof(struct project, plugins_given),
        .allowed = "a plugin: name, or name@marketplace",
        .help = "plugins to install, where the profile allows it" },
    { "bridge", SETTING_CUSTOM, offsetof(struct project, bridge),
        .read = bridge_read, .write = bridge_write, .group = bridge_settings,
        .allowed = "a map with commands",
        .help = "commands that run in sidecars" },
    { "workspace", SETTING_GROUP, offsetof(struct project, workspace),
        .group = workspace_settings,
        .help = "paths that look empty from inside" },
    { 0 },
};
/* clang-format on */
