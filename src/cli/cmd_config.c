/* cmd_config.c - `ccpod config show|validate|get|set`. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "base/mem.h"
#include "cli/commands.h"
#include "cli/global_settings.h"
#include "cli/out.h"
#include "config/home.h"

int cmd_config_get(const struct args *args, struct error *err)
{
    struct ccpod_home home = { 0 };
    cleanup_free char *value = NULL;

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
