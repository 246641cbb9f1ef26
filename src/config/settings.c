/* settings.c - see settings.h. */
#include "config/settings.h"

#include <string.h>

#include "base/mem.h"

json_t *settings_preset(enum permissions permissions)
{
    switch (permissions) {
    case PERMISSIONS_NONE:
        break;
    case PERMISSIONS_CONSERVATIVE:
        return json_pack("{s:{s:[s,s]}}", "permissions", "allow", "Edit", "Write");
    case PERMISSIONS_MODERATE:
        return json_pack("{s:{s:[s,s,s]}}", "permissions", "allow", "Bash", "Edit", "Write");
    case PERMISSIONS_PERMISSIVE:
        return json_pack("{s:{s:s}}", "permissions", "defaultMode", "bypassPermissions");
    }
    return json_object();
}

/* Texts without repeats: a set of those that are there keeps long lists linear. */
static void join(json_t *list, json_t *more)
{
    json_t *item, *seen = json_object();
    size_t i;

    json_array_foreach(list, i, item)
    {
        if (json_is_string(item))
            json_object_set_new(seen, json_string_value(item), json_true());
    }
    json_array_foreach(more, i, item)
    {
        if (json_is_string(item) && json_object_get(seen, json_string_value(item)))
            continue;
        if (json_is_string(item))
            json_object_set_new(seen, json_string_value(item), json_true());
        json_array_append_new(list, json_deep_copy(item));
    }
    json_decref(seen);
}

/* Objects nest as deep as jansson parses them (2,048), which the stack bears. */
static void lay(json_t *base, json_t *over)
{
    const char *key;
    json_t *value;

    json_object_foreach(over, key, value)
    {
        json_t *mine = json_object_get(base, key);
        if (json_is_object(mine) && json_is_object(value))
            lay(mine, value);
        else if (json_is_array(mine) && json_is_array(value))
            join(mine, value);
        else
            json_object_set_new(base, key, json_deep_copy(value));
    }
}

/* Adds the keys that the base has not. */
static void add(json_t *base, json_t *over)
{
    const char *key;
    json_t *value;

    json_object_foreach(over, key, value)
    {
        if (!json_object_get(base, key))
            json_object_set_new(base, key, json_deep_copy(value));
    }
}

void settings_lay(json_t *base, json_t *over, enum merge_mode mode)
{
    static const char *const added[] = {"enabledPlugins", "extraKnownMarketplaces"};
    static const char *const replaced[] = {"enabledPlugins", "hooks"};
    json_t *rest = json_copy(over);

    for (size_t i = 0; i < array_size(replaced) && mode == MERGE_OVERRIDE; i++)
        if (json_object_get(over, replaced[i]))
            json_object_del(base, replaced[i]);
    for (size_t i = 0; i < array_size(added); i++) {
        json_t *mine = json_object_get(base, added[i]);
        json_t *theirs = json_object_get(over, added[i]);
        if (!json_is_object(mine) || !theirs)
            continue;
        if (json_is_object(theirs))
            add(mine, theirs);
        json_object_del(rest, added[i]);
    }
    lay(base, rest);
    json_decref(rest);
}

void settings_enable_plugins(json_t *settings, const struct strv *plugins)
{
    if (!plugins->n)
        return;
    json_t *enabled = json_object_get(settings, "enabledPlugins");
    if (!json_is_object(enabled)) {
        enabled = json_object();
        json_object_set_new(settings, "enabledPlugins", enabled);
    }
    for (size_t i = 0; i < plugins->n; i++) {
        bool whole = strchr(plugins->v[i], '@');
        cleanup_free char *key =
            mem_printf("%s%s", plugins->v[i], whole ? "" : "@claude-plugins-official");
        json_object_set_new(enabled, key, json_true());
    }
}
