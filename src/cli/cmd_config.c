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
#include "profile/merged_dir.h"

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
int cmd_config_show(const struct args *args, struct error *err)
{
    cleanup_origin struct origin origin;
    cleanup_free char *merged_dir = NULL;
    struct resolved resolved = { 0 };

    if (origin_find(&origin, args, err) && resolve(&origin.flags, &resolved, err) &&
        resolve_assets(&resolved, err) &&
        merged_dir_write(&origin.home, &resolved, &merged_dir, err))
        show(&resolved, merged_dir, args);
    resolved_release(&resolved);
    return 0;
}

int cmd_config_validate(const struct args *args, struct error *err)
{
    cleanup_origin struct origin origin;
    cleanup_strv struct strv warnings = { 0 };

    if (!origin_find(&origin, args, err))
        return EXIT_CODE_FAILED;
    bool ok = validate(&origin.flags, &warnings, err);
    for (size_t i = 0; i < warnings.n; i++)
        log_warn("%s", warnings.v[i]);
    if (ok)
        log_news("the configuration is valid");
    return 0;
}

int cmd_config_get(const struct args *args, struct error *err)
{
    cleanup_free char *value = NULL;
    struct ccpod_home home = { 0 };

    if (home_find(&home, err) && (value = global_setting_get(&home, args->words.v[0], err))) {
        out_text(value);
        out_text("\n");
    }
    home_release(&home);
    return 0;
}

int cmd_config_set(const struct args *args, struct error *err)
{
    struct ccpod_home home = { 0 };

    if (home_find(&home, err))
        global_setting_set(&home, args->words.v[0], args->words.v[1], err);
    home_release(&home);
    return 0;
}
