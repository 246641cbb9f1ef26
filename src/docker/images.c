/* images.c - see images.h. */
#include "docker/images.h"

#include "base/mem.h"

void image_inspect(struct call *c, struct op *parent, const struct engine *engine, const char *ref)
{
    call_begin(c, parent, engine,
        &(struct call_spec){ .method = "GET",
            .path = mem_printf("/images/%s/json", ref),
            .head_ms = 30 * SECOND,
            .tolerated = { 404 } });
}
