/* claude_files.c - see claude_files.h. */
#include "guest/claude_files.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/credentials.h"
#include "base/json.h"
#include "base/limits.h"
#include "base/mem.h"
#include "base/path.h"

long long claude_now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return now.tv_sec * 1000LL + now.tv_nsec / 1000000;
}

typedef json_t *parser(const char *text, size_t n, const char *name, struct error *);

static json_t *parse_credentials(const char *text, size_t n, const char *name, struct error *err)
{
    return credentials_parse(text, n, claude_now_ms(), name, err);
}

static enum safe_found read_and_parse(const struct safe_dir *dir, const char *name, uid_t owner,
    parser *parse, json_t **ret, struct error *err)
{
    cleanup_str struct str text = STR(LIMIT_CREDENTIALS);
    enum safe_found found = safe_read(dir, name, owner, &text, err);
    if (found == SAFE_FOUND) {
        cleanup_free char *path = path_join(dir->path, name);
        json_t *json = parse(text.s, text.len, path, err);
        if (json)
            *ret = json;
        else
            found = SAFE_REFUSED;
    }
    mem_wipe(text.s, text.len);
    return found;
}

enum safe_found claude_read_credentials(
    const struct safe_dir *dir, const char *name, uid_t owner, json_t **ret, struct error *err)
{
    return read_and_parse(dir, name, owner, parse_credentials, ret, err);
}

enum safe_found claude_read_json(
    const struct safe_dir *dir, const char *name, uid_t owner, json_t **ret, struct error *err)
{
    return read_and_parse(dir, name, owner, account_parse, ret, err);
}

bool claude_write_json(const struct safe_dir *dir, const char *name, const json_t *json,
    enum safe_way way, struct error *err)
{
    cleanup_free char *text = json_line(json);
    size_t n = strlen(text);
    bool ok = safe_make_file(dir, name, text, n, 0600, way, err);
    mem_wipe(text, n);
    return ok;
}
