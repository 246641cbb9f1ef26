/* engine.c - see engine.h. */
#include "docker/engine.h"

#include <stdlib.h>
#include <string.h>

#include "base/str.h"

void engine_release(struct engine *engine)
{
    free(engine->endpoint.address);
    *engine = (struct engine){0};
}

/* "1.N"; versions are two whole numbers, not a decimal fraction. */
static bool parse(const char *text, int *ret_minor)
{
    long long minor;
    if (!text || !text_starts(text, "1.") || !text_number(text + 2, 0, 9999, &minor))
        return false;
    *ret_minor = (int)minor;
    return true;
}

bool engine_negotiate(const char *offered, const char *fixed, int *ret_api, struct error *err)
{
    int api;
    if (fixed && *fixed) {
        if (!parse(fixed, &api))
            return error_set(err, "DOCKER_API_VERSION is '%s', not of the form 1.41", fixed);
        *ret_api = api;
        return true;
    }
    if (!parse(offered, &api))
        api = ENGINE_API_LEAST;
    if (api < ENGINE_API_LEAST) {
        error_set(
            err, "the engine speaks API 1.%d, ccpod needs 1.%d or newer", api, ENGINE_API_LEAST);
        return error_hint(err, "update the engine: Docker 20.10 and Podman 4.0 are new enough");
    }
    *ret_api = api < ENGINE_API_OURS ? api : ENGINE_API_OURS;
    return true;
}
