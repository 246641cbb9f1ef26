/* volumes.c - see volumes.h. */
#include "config/volumes.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/path.h"
#include "base/str.h"
#include "config/values.h"

#define ALNUM "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"

/* Docker's rule for volume names. */
static bool is_name(const char *text)
{
    size_t n = strlen(text);
    return n >= 2 && n <= 255 && strchr(ALNUM, text[0]) && text[strspn(text, ALNUM "_.-")] == '\0';
}

static bool is_host_path(const char *text)
{
    return text[0] == '/' || strcmp(text, "~") == 0 || text_starts(text, "~/") ||
           strcmp(text, ".") == 0 || strcmp(text, "..") == 0 || text_starts(text, "./") ||
           text_starts(text, "../");
}

static bool options_are_known(const char *options, struct volume *volume)
{
    static const char *const known[] = {"ro", "rw", "nocopy", "z", "Z", "consistent", "cached",
        "delegated", "private", "rprivate", "shared", "rshared", "slave", "rslave"};
    while (*options) {
        size_t n = strcspn(options, ","), i = 0;
        while (
            i < array_size(known) && (strlen(known[i]) != n || strncmp(known[i], options, n) != 0))
            i++;
        if (i == array_size(known))
            return false;
        volume->read_only |= i == 0;
        options += n;
        if (*options == ',' && !*++options)
            return false;
    }
    return true;
}

bool volume_parse(const char *text, struct volume *ret, char **ret_why)
{
    struct volume volume = {0};
    cleanup_free char *shown = value_shown(text);
    size_t first = strcspn(text, ":");
    const char *rest = text[first] ? text + first + 1 : "";
    size_t second = strcspn(rest, ":");

    if (!text[first]) {
        volume.kind = VOLUME_ANONYMOUS;
        volume.target = mem_strdup(text);
    } else {
        volume.source = mem_strndup(text, first);
        volume.kind = is_host_path(volume.source) ? VOLUME_HOST : VOLUME_NAMED;
        volume.target = mem_strndup(rest, second);
    }
    *ret_why = NULL;
    volume.options = mem_strdup(rest[second] ? rest + second + 1 : "");
    if (volume.kind == VOLUME_NAMED && !is_name(volume.source))
        *ret_why = mem_printf("is %s, and its first part is neither a volume's name (letters, "
                              "digits, \"_.-\", at least two) nor a path that begins with /, ./ "
                              "or ~/",
            shown);
    else if (!value_is_container_path(volume.target))
        *ret_why = mem_printf("is %s and must be name:/path, name:/path:options or host:/path; "
                              "the path is absolute, without \"..\", and not one of ccpod's own",
            shown);
    else if (!options_are_known(volume.options, &volume) || (rest[second] && !*volume.options))
        *ret_why = mem_printf("is %s, and the options are ro, rw, nocopy, z, Z, consistent, "
                              "cached, delegated, [r]private, [r]shared, [r]slave",
            shown);
    if (*ret_why) {
        volume_release(&volume);
        return false;
    }
    *ret = volume;
    return true;
}

bool volume_confine(const struct volume *volume, char **ret_why)
{
    cleanup_free char *shown = volume->source ? value_shown(volume->source) : NULL;
    if (volume->kind == VOLUME_HOST)
        *ret_why = mem_printf("mounts the host path %s; a project's services take named volumes "
                              "only (name:/path), unless the profile sets allowProjectHostMounts",
            shown);
    else if (volume->kind == VOLUME_ANONYMOUS)
        *ret_why = mem_strdup("has no name; a project's services take named volumes only "
                              "(name:/path), unless the profile sets allowProjectHostMounts");
    else if (text_starts(volume->source, "ccpod-plugins-"))
        *ret_why = mem_printf("names %s, a volume of plugins, which runs in other sessions", shown);
    else
        return true;
    return false;
}

void volume_locate(struct volume *volume, const char *project_dir)
{
    if (volume->kind != VOLUME_HOST)
        return;
    cleanup_free char *path = path_expand(volume->source);
    free(volume->source);
    if (text_starts(path, "./"))
        volume->source = path_join(project_dir, path + 2);
    else
        volume->source =
            strcmp(path, ".") == 0 ? mem_strdup(project_dir) : path_join(project_dir, path);
}

void volume_release(struct volume *volume)
{
    free(volume->source);
    free(volume->target);
    free(volume->options);
    *volume = (struct volume){0};
}

void volumes_release(struct volumes *volumes)
{
    for (size_t i = 0; i < volumes->n; i++)
        volume_release(&volumes->items[i]);
    free(volumes->items);
    *volumes = (struct volumes){0};
}

void volumes_read(struct schema *schema, const struct node *list, void *field)
{
    struct volumes *volumes = field;
    if (!schema_is_list(schema, list))
        return;
    for (size_t i = 0; i < list->n; i++) {
        size_t mark = schema_enter_item(schema, i);
        cleanup_free char *why = NULL;
        struct volume volume;
        const char *text = schema_scalar(schema, &list->items[i]);
        if (text && volume_parse(text, &volume, &why)) {
            volumes->items = mem_resize(volumes->items, volumes->n + 1, sizeof *volumes->items);
            volumes->items[volumes->n++] = volume;
        } else if (text) {
            schema_bad(schema, &list->items[i], "%s", why);
        }
        schema_leave(schema, mark);
    }
}

json_t *volumes_write(const void *field)
{
    const struct volumes *volumes = field;
    json_t *list = json_array();
    for (size_t i = 0; i < volumes->n; i++) {
        const struct volume *v = &volumes->items[i];
        cleanup_free char *text = mem_printf("%s%s%s%s%s", v->source ? v->source : "",
            v->source ? ":" : "", v->target, *v->options ? ":" : "", v->options);
        json_array_append_new(list, json_string(text));
    }
    return list;
}
