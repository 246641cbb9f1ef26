/* info.c - see info.h. */
#include "docker/info.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "base/file.h"
#include "base/hash.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/path.h"
#include "base/str.h"

/* dockerd's, at the place that it chooses by itself; it need not be there. */
static char *pid_file(const struct endpoint *endpoint)
{
    cleanup_free char *dir = path_dir(endpoint->address);
    return path_join(dir, "docker.pid");
}

static char *cache_path(const struct engine *engine, const char *dir)
{
    struct stat st = {0}, pid = {0};
    char hex[HASH_HEX + 1];
    cleanup_free char *url = endpoint_url(&engine->endpoint);
    if (engine->endpoint.kind != ENDPOINT_UNIX || stat(engine->endpoint.address, &st) < 0)
        return NULL;
    cleanup_free char *started = pid_file(&engine->endpoint);
    if (stat(started, &pid) < 0)
        pid = (struct stat){0};
    cleanup_free char *key = mem_printf("%s %llu %lld.%ld %llu %lld", url,
        (unsigned long long)st.st_ino, (long long)st.st_ctime, (long)engine->api,
        (unsigned long long)pid.st_ino, (long long)pid.st_ctime);
    hash_bytes(key, strlen(key), hex);
    return mem_printf("%s/%.16s.json", dir, hex);
}

static bool list_has(const json_t *list, const char *text)
{
    size_t i;
    const json_t *item;
    json_array_foreach(list, i, item)
    {
        const char *s = json_string_value(item);
        if (s && strstr(s, text))
            return true;
    }
    return false;
}

/* What matters to us of the answer; the rest would only grow old. */
static json_t *digest(const json_t *info)
{
    const json_t *security = json_at(info, "SecurityOptions");
    const char *system = json_text_at(info, "OperatingSystem");
    return json_pack("{s:b, s:b, s:b, s:b}", "localLog",
        list_has(json_at(info, "Plugins.Log"), "local"), "rootless",
        list_has(security, "name=rootless"), "userns", list_has(security, "name=userns"), "desktop",
        system && (strstr(system, "Docker Desktop") || strstr(system, "OrbStack")));
}

static void fill(struct engine_info *ret, const json_t *digested)
{
    ret->has_local_log = json_is_true_at(digested, "localLog");
    ret->is_rootless = json_is_true_at(digested, "rootless");
    ret->remaps_users = json_is_true_at(digested, "userns");
    ret->is_desktop = json_is_true_at(digested, "desktop");
}

static bool is_fresh(const char *path)
{
    struct stat st;
    return stat(path, &st) == 0 && time(NULL) - st.st_mtime < INFO_KEPT_S;
}

static void look_into_cache(struct flow *flow)
{
    struct info_call *c = container_of(flow, struct info_call, flow);
    cleanup_error struct error ignored = {0};
    if (!c->cache || !is_fresh(c->cache))
        return;
    cleanup_json json_t *known = json_read_file(c->cache, &ignored);
    c->cached = known && json_is_object(known);
    if (c->cached)
        fill(c->ret, known);
}

static void ask(struct flow *flow)
{
    struct info_call *c = container_of(flow, struct info_call, flow);
    if (!c->cached)
        call_begin(&c->call, &flow->op, c->engine,
            &(struct call_spec){.method = "GET",
                .tells = TELLS_OBJECT,
                .path = mem_strdup("/info"),
                .head_ms = 30 * SECOND});
}

static void keep(struct flow *flow)
{
    struct info_call *c = container_of(flow, struct info_call, flow);
    cleanup_error struct error err = {0};
    if (c->cached || !c->call.json)
        return;
    cleanup_json json_t *known = digest(c->call.json);
    cleanup_free char *text = json_line(known);
    fill(c->ret, known);
    if (c->cache && !file_replace(c->cache, text, strlen(text), 0600, &err))
        log_detail("%s", err.text);
}

static const struct flow_row rows[] = {
    {"look up what the engine can do", look_into_cache, NULL, NO_LIMIT   },
    {"ask what the engine can do",     ask,             NULL, 40 * SECOND},
    {"keep what the engine can do",    keep,            NULL, NO_LIMIT   },
};

static const struct op_type info_type = {"info", flow_step, NULL, NULL, flow_child_ended};

void info_begin(struct info_call *c, struct op *parent, const struct engine *engine,
    const char *dir, struct engine_info *ret)
{
    *c = (struct info_call){.engine = engine, .ret = ret};
    c->cache = dir ? cache_path(engine, dir) : NULL;
    flow_begin(&c->flow, &info_type, parent, NULL, rows, array_size(rows), array_size(rows));
}

void info_release(struct info_call *c)
{
    call_release(&c->call);
    free(c->cache);
    if (c->flow.op.type)
        flow_release(&c->flow);
}
