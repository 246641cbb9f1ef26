/* volumes.c - see volumes.h. */
#include "docker/volumes.h"

#include "base/mem.h"

void volume_create(struct call *c, struct op *parent, const struct engine *engine, const char *name,
    const json_t *labels)
{
    cleanup_json json_t *spec = json_pack("{s:s, s:O}", "Name", name, "Labels", labels);
    call_begin(c, parent, engine,
        &(struct call_spec){ .method = "POST",
            .path = mem_strdup("/volumes/create"),
            .body = json_line(spec),
            .head_ms = 30 * SECOND,
            .changes = true });
}
