/* What is typed: nothing of it is lost, doubled or reordered, whatever the keys and the splits; and
 * as much is held back as there is room for. The first line of the input is the keys. */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/limits.h"
#include "base/mem.h"
#include "tty/detach.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool type(const char *keys, const char *bytes, size_t n, size_t piece, struct str *pass)
{
    struct detach d;
    cleanup_error struct error err = {0};
    bool detached = false;
    if (!detach_init(&d, keys, &err))
        return false;
    for (size_t at = 0; at < n && !detached; at += piece) {
        detached = detach_feed(&d, bytes + at, n - at < piece ? n - at : piece, pass);
        assert(d.n_held <= DETACH_HELD && d.matched <= d.n);
        assert(!detach_wait(&d) == !d.n_held);
    }
    detached = detached || detach_flush(&d, pass);
    if (detached)
        assert(pass->len < n && memcmp(pass->s, bytes, pass->len) == 0);
    else
        assert(pass->len == n && memcmp(pass->s, bytes, n) == 0);
    return detached;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *line = size ? memchr(data, '\n', size) : NULL;
    if (!line)
        return 0;
    size_t len = (size_t)(line - (const char *)data);
    cleanup_free char *keys = mem_strndup((const char *)data, len);
    const char *bytes = line + 1;
    size_t n = size - len - 1;
    cleanup_str struct str whole = STR(MIB), split = STR(MIB);

    bool detached = type(keys, bytes, n, n + 1, &whole);
    assert(type(keys, bytes, n, 1, &split) == detached || n > DETACH_HELD);
    return 0;
}
