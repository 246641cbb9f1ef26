/* masks.c - see masks.h. */
#include "config/masks.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "config/inside.h"

static void add(struct masks *masks, const char *path, bool is_dir)
{
    size_t n = strlen(path);
    cleanup_free char *plain = mem_strndup(path, n - (n && path[n - 1] == '/'));
    for (size_t i = 0; i < masks->n; i++)
        if (strcmp(masks->items[i].path, plain) == 0)
            return;
    masks->items = mem_resize(masks->items, masks->n + 1, sizeof *masks->items);
    masks->items[masks->n++] = (struct mask){take(plain), is_dir};
}

bool masks_add(struct masks *masks, const char *project_dir, const struct strv *paths, bool strict,
    struct strv *warnings, struct error *err)
{
    for (size_t i = 0; i < paths->n; i++) {
        const char *path = paths->v[i];
        switch (inside_look(project_dir, path)) {
        case INSIDE_NOTHING:
            break;
        case INSIDE_FILE:
            add(masks, path, false);
            break;
        case INSIDE_DIR:
            add(masks, path, true);
            break;
        case INSIDE_LINK:
            if (strict)
                return error_set(
                    err, "workspace.mask: %s: a link, or behind one; name what it leads to", path);
            strv_addf(warnings, "workspace.mask: %s is a link, or behind one: not masked", path);
            break;
        case INSIDE_OTHER:
            strv_addf(warnings, "workspace.mask: %s is no file or directory: not masked", path);
            break;
        }
    }
    return true;
}

bool masks_hide(const struct masks *masks, const char *path)
{
    for (size_t i = 0; i < masks->n; i++) {
        size_t n = strlen(masks->items[i].path);
        if (strncmp(path, masks->items[i].path, n) == 0 && (!path[n] || path[n] == '/'))
            return true;
    }
    return false;
}

void masks_release(struct masks *masks)
{
    for (size_t i = 0; i < masks->n; i++)
        free(masks->items[i].path);
    free(masks->items);
    *masks = (struct masks){0};
}
