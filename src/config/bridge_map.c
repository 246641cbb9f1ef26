/* bridge_map.c - see bridge_map.h. */
#include "config/bridge_map.h"

#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/mem.h"
#include "config/values.h"

/* `exec: php` or `exec: php artisan`: words. */
static void read_exec(struct schema *schema, const struct node *node, void *field)
{
    struct strv *words = field;
    const char *text = schema_scalar(schema, node);
    if (text && (!value_words(text, words) || !words->n))
        schema_bad(schema, node, "must be a command of one or more words, quotes closed");
}

static json_t *write_exec(const void *field)
{
    const struct strv *words = field;
    cleanup_str struct str text = STR(LIMIT_CONFIG_FILE);
    for (size_t i = 0; i < words->n; i++)
        str_addf(&text, "%s%s", i ? " " : "", words->v[i]);
    return text.len ? json_string(text.s) : NULL;
}

/* clang-format off */
static const struct setting command_settings[] = {
    { "container", SETTING_TEXT, offsetof(struct bridge_command, container),
        .required = true, .check = value_is_one_line,
        .allowed = "the name of a service or container",
        .help = "where it runs" },
    { "exec", SETTING_CUSTOM, offsetof(struct bridge_command, exec),
        .read = read_exec, .write = write_exec, .required = true,
        .allowed = "a command, of several words where wanted",
        .help = "what runs there" },
    { "workdir", SETTING_TEXT, offsetof(struct bridge_command, workdir),
        .check = value_is_directory, .allowed = "an absolute path",
        .help = "working directory" },
    { "paths", SETTING_TEXT_MAP, offsetof(struct bridge_command, paths),
        .check = value_is_directory, .allowed = "an absolute path",
        .help = "our path: their path; the longest prefix wins" },
    { 0 },
};
/* clang-format on */

/* A command's name becomes a link in a directory of the PATH. */
static bool is_command(const char *name)
{
    return *name && strlen(name) <= 255 && !strchr(name, '/') && value_is_one_line(name) &&
           name[0] != '.' && name[0] != '-';
}

static void read_commands(struct schema *schema, const struct node *map, void *field)
{
    struct bridge_map *bridge = container_of(field, struct bridge_map, commands);
    if (!schema_is_map(schema, map))
        return;
    for (size_t i = 0; i < map->n; i++) {
        const struct node *entry = &map->items[i];
        size_t mark = schema_enter(schema, entry->key);
        if (!is_command(entry->key)) {
            diag_add(schema->diag, entry->key_at, schema->path.s,
                "a command's name has no slash and does not begin with . or -");
        } else if (schema_is_map(schema, entry)) {
            bridge->commands =
                mem_resize(bridge->commands, bridge->n + 1, sizeof *bridge->commands);
            struct bridge_command *command = &bridge->commands[bridge->n++];
            *command = (struct bridge_command){.name = mem_strdup(entry->key)};
            schema_read(schema, command_settings, entry, command);
        }
        schema_leave(schema, mark);
    }
}

static json_t *write_commands(const void *field)
{
    const struct bridge_map *bridge =
        (const void *)((const char *)field - offsetof(struct bridge_map, commands));
    json_t *object = json_object();
    for (size_t i = 0; i < bridge->n; i++)
        json_object_set_new(
            object, bridge->commands[i].name, schema_write(command_settings, &bridge->commands[i]));
    return object;
}

static const char *const versions[] = {"1", NULL};

/* clang-format off */
const struct setting bridge_settings[] = {
    { "version", SETTING_WORD, offsetof(struct bridge_map, version),
        .words = versions, .loose = true, .fallback = "1", .allowed = "\"1\"",
        .help = "version of this map" },
    { "default_container", SETTING_TEXT, offsetof(struct bridge_map, default_container),
        .check = value_is_one_line, .allowed = "the name of a service or container",
        .help = "where commands run that are not mapped and not installed" },
    { "containers", SETTING_TEXT_MAP, offsetof(struct bridge_map, containers),
        .check = value_is_one_line, .allowed = "a name",
        .help = "logical name: container or service" },
    { "commands", SETTING_CUSTOM, offsetof(struct bridge_map, commands),
        .read = read_commands, .write = write_commands, .group = command_settings,
        .required = true,
        .allowed = "a map of commands, each with container and exec",
        .help = "command: where and how it runs" },
    { 0 },
};
/* clang-format on */

void bridge_read(struct schema *schema, const struct node *map, void *field)
{
    struct bridge_map *bridge = field;
    if (!schema_is_map(schema, map))
        return;
    schema_read(schema, bridge_settings, map, bridge);
    const struct node *commands = node_get(map, "commands");
    if (commands && commands->kind == NODE_MAP && !commands->n)
        schema_bad(schema, commands, "commands is empty, and must name one at least");
}

json_t *bridge_write(const void *field)
{
    const struct bridge_map *bridge = field;
    return bridge->n ? schema_write(bridge_settings, bridge) : NULL;
}

static void command_release(struct bridge_command *command)
{
    free(command->name);
    free(command->container);
    strv_release(&command->exec);
    free(command->workdir);
    map_release(&command->paths);
}

static struct bridge_command *command_place(struct bridge_map *bridge, const char *name)
{
    for (size_t i = 0; i < bridge->n; i++)
        if (strcmp(bridge->commands[i].name, name) == 0) {
            command_release(&bridge->commands[i]);
            return &bridge->commands[i];
        }
    bridge->commands = mem_resize(bridge->commands, bridge->n + 1, sizeof *bridge->commands);
    return &bridge->commands[bridge->n++];
}

void bridge_map_lay(struct bridge_map *bridge, struct bridge_map *from)
{
    for (size_t i = 0; i < from->n; i++)
        *command_place(bridge, from->commands[i].name) = from->commands[i];
    from->n = 0; /* what they own has moved */
    map_foreach (e, &from->containers)
        map_set(&bridge->containers, e->key, e->value);
    if (from->default_container) {
        free(bridge->default_container);
        bridge->default_container = take(from->default_container);
    }
    bridge_map_release(from);
}

void bridge_map_release(struct bridge_map *bridge)
{
    for (size_t i = 0; i < bridge->n; i++)
        command_release(&bridge->commands[i]);
    free(bridge->commands);
    free(bridge->default_container);
    map_release(&bridge->containers);
    *bridge = (struct bridge_map){0};
}
