/* What a program writes to the terminal: the undo sequences leave nothing on, bringing the modes
 * back and undoing them again comes to the same, splits change nothing, and what not all terminals
 * hear switches nothing off. */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "tty/modes.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *bytes = (const char *)data;
    struct modes whole = {0}, split = {0};
    char undo[MODES_UNDO_MAX], again[MODES_UNDO_MAX], other[MODES_UNDO_MAX];

    modes_feed(&whole, bytes, size);
    for (size_t i = 0; i < size; i++)
        modes_feed(&split, bytes + i, 1);
    size_t n = modes_undo(&whole, undo);
    assert(modes_undo(&split, other) == n && memcmp(undo, other, n) == 0);

    struct modes kept = whole;
    modes_feed(&kept, "\030", 1);
    for (size_t i = 0; i < size; i++)
        if (data[i] >= ' ')
            modes_feed(&kept, bytes + i, 1);
    assert((kept.changed & whole.changed) == whole.changed);
    assert(kept.alternate >= whole.alternate && kept.link >= whole.link);

    struct modes back = {0};
    modes_feed(&back, again, modes_again(&whole, again));
    modes_feed(&back, other, modes_undo(&back, other));
    assert(modes_is_clean(&back));

    modes_feed(&whole, undo, n);
    assert(modes_is_clean(&whole));
    return 0;
}
