/* cmd_config.c - `ccpod config show|validate|get|set`: what ccpod makes of the files, before
 * anything is started. No engine is asked. */
#include <stdlib.h>

#include "base/json.h"
#include "base/log.h"
#include "base/mem.h"
#include "cli/commands.h"
#include "cli/global_settings.h"
#include "cli/origin.h"
#include "cli/out.h"
#include "config/show.h"
#include "config/validate.h"
#include "pod/supported.h"
#include "profile/merged_dir.h"
#include "profile/sync.h"

static void show(const struct resolved *r, const char *merged_dir, const struct args *args)
{
    cleanup_json json_t *document = show_json(r, merged_dir, args_flag(args, "reveal"));

    if (args_flag(args, "json")) {
        out_json(document);
    } else {
        cleanup_free char *yaml = show_yaml(document);
        out_text(yaml);
    }
}

/* Warnings are part of the document. */
static int config_show(const struct args *args, struct error *err)
{
    cleanup_origin struct origin origin;
    cleanup_free char *merged_dir = NULL;
    struct resolved resolved = {0};

    if (origin_find(&origin, args, err) && resolve(&origin.flags, &resolved, err) &&
        sync_for_run(&resolved, err) && resolve_assets(&resolved, err) &&
        merged_dir_write(&origin.home, &resolved, &merged_dir, err))
        show(&resolved, merged_dir, args);
    resolved_release(&resolved);
    return 0;
}

static int config_validate(const struct args *args, struct error *err)
{
    cleanup_origin struct origin origin;
    struct resolved resolved = {0};

    if (!origin_find(&origin, args, err))
        return EXIT_CODE_FAILED;
    bool ok = validate(&origin.flags, &resolved, err);
    for (size_t i = 0; i < resolved.warnings.n; i++)
        log_warn("%s", resolved.warnings.v[i]);
    if (ok && config_is_supported(&resolved, err))
        log_news("the configuration is valid");
    resolved_release(&resolved);
    return 0;
}

static int config_get(const struct args *args, struct error *err)
{
    cleanup_free char *value = NULL;
    struct ccpod_home home = {0};

    if (home_find(&home, err) && (value = global_setting_get(&home, args->words.v[0], err))) {
        out_text(value);
        out_text("\n");
    }
    home_release(&home);
    return 0;
}

static int config_set(const struct args *args, struct error *err)
{
    struct ccpod_home home = {0};

    if (home_find(&home, err))
        global_setting_set(&home, args->words.v[0], args->words.v[1], err);
    home_release(&home);
    return 0;
}

/* clang-format off */
static const struct flag show_flags[] = {
    { .name = "json", .kind = FLAG_SWITCH,
      .help = "print JSON instead of YAML" },
    { .name = "reveal", .kind = FLAG_SWITCH,
      .help = "print secrets and what comes from the host, too" },
    FLAG_HERE,
    { 0 },
};

static const struct flag validate_flags[] = {
    FLAG_HERE,
    { 0 },
};

static const char *const global_keys[] = { "autoCheckUpdates", NULL };

static const struct command show_command = {
    .name = "show",
    .summary = "Print the configuration of a run in this directory",
    .text = "Profile, project and defaults as they come out, with Claude's settings.json and "
            "CLAUDE.md as Claude will see them. Secrets, and values that come from the host, "
            "are masked.",
    .flags = show_flags,
    .examples = { { "config show", "what would hold for a run here" },
                  { "--profile work config show --json", "another profile's, as JSON" } },
    .run = config_show,
};

static const struct command validate_command = {
    .name = "validate",
    .summary = "Check the files and what they name",
    .text = "Every error of profile.yml and .ccpod.yml is reported with its line and column. The "
            "exit code is 0 where a run would accept them, else 125.",
    .flags = validate_flags,
    .examples = { { "config validate", "check the files of this project" },
                  { "--profile work config validate", "with another profile" } },
    .run = config_validate,
};

static const struct command get_command = {
    .name = "get",
    .synopsis = "KEY",
    .summary = "Print a setting of ccpod itself",
    .choices = global_keys,
    .words_least = 1,
    .words_most = 1,
    .examples = { { "config get autoCheckUpdates", "whether ccpod looks for newer versions" },
                  { "-q config get autoCheckUpdates", "the same, for scripts" } },
    .run = config_get,
};

static const struct command set_command = {
    .name = "set",
    .synopsis = "KEY VALUE",
    .summary = "Change a setting of ccpod itself",
    .text = "The file config.yml in the ccpod home keeps its comments and its layout.",
    .choices = global_keys,
    .words_least = 2,
    .words_most = 2,
    .examples = { { "config set autoCheckUpdates false", "never look for newer versions" },
                  { "config set autoCheckUpdates true", "look once a day" } },
    .run = config_set,
};

static const struct command *const config_commands[] = {
    &show_command, &validate_command, &get_command, &set_command, NULL
};

const struct command config_command = {
    .name = "config",
    .summary = "Look at the configuration, check it, change ccpod's own settings",
    .commands = config_commands,
    .examples = { { "config show", "what would hold for a run here" },
                  { "config validate", "check the files" } },
};
/* clang-format on */
