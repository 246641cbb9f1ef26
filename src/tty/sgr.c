/* sgr.c - see sgr.h. */
#include "tty/sgr.h"

#include "base/mem.h"

/* Attributes of which one replaces the other, as bits. */
enum {
    WEIGHT = 1,
    ITALIC = 1 << 1,
    UNDERLINE = 1 << 2,
    BLINK = 1 << 3,
    INVERSE = 1 << 4,
    HIDDEN = 1 << 5,
    STRUCK_OUT = 1 << 6,
    FONT = 1 << 7,
    COLOUR = 1 << 8,
    BACKGROUND = 1 << 9,
    FRAME = 1 << 10,
    OVERLINE = 1 << 11,
    UNDERLINE_COLOUR = 1 << 12,
    SCRIPT = 1 << 13,
};

/* The group that a code belongs to, and whether the code switches it on. By code: output in
 * colours has many of these, and this is where its bytes spend their time. */
static uint16_t group_of(int code, bool *ret_on)
{
    static const struct {
        uint16_t on, off;
    } rows[] = {
        [1] = {.on = WEIGHT},
        [2] = {.on = WEIGHT},
        [3] = {.on = ITALIC},
        [4] = {.on = UNDERLINE},
        [5] = {.on = BLINK},
        [6] = {.on = BLINK},
        [7] = {.on = INVERSE},
        [8] = {.on = HIDDEN},
        [9] = {.on = STRUCK_OUT},
        [10] = {.off = FONT},
        [20] = {.on = ITALIC},
        [21] = {.on = UNDERLINE},
        [22] = {.off = WEIGHT},
        [23] = {.off = ITALIC},
        [24] = {.off = UNDERLINE},
        [25] = {.off = BLINK},
        [27] = {.off = INVERSE},
        [28] = {.off = HIDDEN},
        [29] = {.off = STRUCK_OUT},
        [38] = {.on = COLOUR},
        [39] = {.off = COLOUR},
        [48] = {.on = BACKGROUND},
        [49] = {.off = BACKGROUND},
        [51] = {.on = FRAME},
        [52] = {.on = FRAME},
        [53] = {.on = OVERLINE},
        [54] = {.off = FRAME},
        [55] = {.off = OVERLINE},
        [58] = {.on = UNDERLINE_COLOUR},
        [59] = {.off = UNDERLINE_COLOUR},
        [73] = {.on = SCRIPT},
        [74] = {.on = SCRIPT},
        [75] = {.off = SCRIPT},
    };
    *ret_on = true;
    if ((code >= 30 && code <= 37) || (code >= 90 && code <= 97))
        return COLOUR;
    if ((code >= 40 && code <= 47) || (code >= 100 && code <= 107))
        return BACKGROUND;
    if (code >= 11 && code <= 19)
        return FONT;
    if (code < 0 || code >= (int)array_size(rows))
        return 0;
    *ret_on = rows[code].on != 0;
    return rows[code].on | rows[code].off;
}

/* `is_none`: the attribute has the sub-parameter 0, as 4:0 for no underline. */
static void apply(uint16_t *groups, int code, bool is_none)
{
    bool on;
    uint16_t group = group_of(code, &on);
    if (code == 0)
        *groups = 0;
    else if (on && !is_none)
        *groups |= group;
    else
        *groups = (uint16_t)(*groups & ~group);
}

static bool is_sub(const struct escape *e, unsigned i)
{
    return i < e->n_params && (e->sub >> i & 1);
}

void sgr_apply(uint16_t *groups, const struct escape *e)
{
    if (e->n_params == 0)
        *groups = 0;
    for (unsigned i = 0; i < e->n_params; i++) {
        int code = escape_param(e, i, 0);
        if (is_sub(e, i))
            continue;
        apply(groups, code, is_sub(e, i + 1) && escape_param(e, i + 1, 0) == 0);
        /* The numbers of a colour are no attributes: 38;5;n and 38;2;r;g;b. */
        if ((code == 38 || code == 48 || code == 58) && !is_sub(e, i + 1)) {
            int kind = escape_param(e, i + 1, 0);
            if (kind == 5)
                i += 2;
            else if (kind == 2)
                i += 4;
        }
    }
}
