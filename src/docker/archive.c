/* archive.c - see archive.h. */
#include "docker/archive.h"

#include <string.h>

#include "base/limits.h"
#include "base/mem.h"

enum { BLOCK = 512, SIZE_AT = 124, TIME_AT = 136, NUMBER_LEN = 12, TYPE_AT = 156, HEADERS_MAX = 8 };

void archive_get(struct call *c, struct op *parent, const struct engine *engine,
    const char *container, const char *path)
{
    struct str query = STR(LIMIT_PATH * 3);
    for (const unsigned char *p = (const unsigned char *)path; *p; p++)
        str_addf(&query, "%%%02X", *p);
    call_begin(c, parent, engine,
        &(struct call_spec){.method = "GET",
            .path = mem_printf("/containers/%s/archive?path=%s", container, query.s),
            .head_ms = 30 * SECOND,
            .max_body = LIMIT_ARCHIVE,
            .tolerated = {404}});
    str_release(&query);
}

/* Octal digits, ended by a space or NUL; false for anything else (base-256 is larger than what
 * we would take anyway). */
static bool parse_number(const char *field, size_t *ret)
{
    size_t value = 0;
    size_t i = 0;
    while (i < NUMBER_LEN && field[i] == ' ')
        i++;
    for (; i < NUMBER_LEN && field[i] >= '0' && field[i] <= '7'; i++)
        value = value * 8 + (size_t)(field[i] - '0');
    *ret = value;
    return i == NUMBER_LEN || field[i] == '\0' || field[i] == ' ';
}

bool archive_file(
    const char *tar, size_t n, struct str *ret, time_t *ret_written, struct error *err)
{
    size_t size, written;
    for (unsigned header = 0; header < HEADERS_MAX && n >= BLOCK; header++) {
        char type = tar[TYPE_AT];
        if (!parse_number(tar + SIZE_AT, &size) || size > n - BLOCK)
            break;
        if (type == '0' || type == '\0') {
            if (!str_add(ret, tar + BLOCK, size))
                return error_set(err, "the file is larger than %zu bytes", ret->max);
            *ret_written = parse_number(tar + TIME_AT, &written) ? (time_t)written : 0;
            return true;
        }
        /* Headers that describe the next entry: pax, GNU long name and link. */
        if (!strchr("xgLK", type))
            return error_set(err, "not a regular file");
        size_t whole = BLOCK + (size + BLOCK - 1) / BLOCK * BLOCK;
        if (whole > n)
            break;
        tar += whole;
        n -= whole;
    }
    return error_set(err, "the engine sent no readable archive");
}
