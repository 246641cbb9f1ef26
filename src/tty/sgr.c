/* sgr.c - see sgr.h. */
#include "tty/sgr.h"

#include "base/mem.h"

/* What switches a group on, and what switches it off. */
static const struct {
    uint8_t first, last, off;
    uint8_t bit;
} rows[] = {
    {1,    2,   22, 0 }, /* bold, faint */
    { 3,   3,   23, 1 }, /* italic */
    { 20,  20,  23, 1 },
    { 4,   4,   24, 2 }, /* underlines */
    { 21,  21,  24, 2 },
    { 5,   6,   25, 3 }, /* blink */
    { 7,   7,   27, 4 }, /* inverse */
    { 8,   8,   28, 5 }, /* hidden */
    { 9,   9,   29, 6 }, /* struck out */
    { 11,  19,  10, 7 }, /* fonts */
    { 30,  38,  39, 8 }, /* colours */
    { 90,  97,  39, 8 },
    { 40,  48,  49, 9 },
    { 100, 107, 49, 9 },
    { 51,  52,  54, 10}, /* frames */
    { 53,  53,  55, 11}, /* overline */
    { 58,  58,  59, 12}, /* colour of the underline */
    { 73,  74,  75, 13}, /* small letters */
};

/* `is_none`: the attribute has the sub-parameter 0, as 4:0 for no underline. */
static void apply(uint16_t *groups, int code, bool is_none)
{
    if (code == 0)
        *groups = 0;
    for (size_t i = 0; i < array_size(rows); i++) {
        uint16_t bit = (uint16_t)(1u << rows[i].bit);
        if (code == rows[i].off || (is_none && code == rows[i].first))
            *groups = (uint16_t)(*groups & ~bit);
        else if (code >= rows[i].first && code <= rows[i].last)
            *groups |= bit;
    }
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
