/* Volume specifications: an accepted one has an absolute target without "..", and one that is
 * left to a project is a named volume. */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/mem.h"
#include "config/volumes.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    cleanup_free char *text = mem_strndup((const char *)data, size);
    cleanup_free char *why = NULL;
    struct volume volume;

    if (!volume_parse(text, &volume, &why)) {
        assert(why);
        return 0;
    }
    assert(volume.target[0] == '/' && !strstr(volume.target, "/../"));
    if (volume_confine(&volume, &why))
        assert(volume.kind == VOLUME_NAMED && !strchr(volume.source, '/') &&
               !strchr(volume.source, '~') && volume.source[0] != '.');
    volume_locate(&volume, "/project");
    assert(volume.kind != VOLUME_HOST || volume.source[0] == '/');
    volume_release(&volume);
    return 0;
}
