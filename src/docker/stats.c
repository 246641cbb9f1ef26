/* stats.c - see stats.h. */
#include "docker/stats.h"

#include <assert.h>

#include "base/mem.h"

/* What can be given back at once is not counted; the name of that differs between cgroup
 * versions. */
static long long cached(const json_t *memory)
{
    long long v1 = json_int_at(memory, "stats.total_inactive_file", -1);
    return v1 >= 0 ? v1 : json_int_at(memory, "stats.inactive_file", 0);
}

bool stats_read(const json_t *object, double *ret_cpu, long long *ret_memory)
{
    const json_t *cpu = json_at(object, "cpu_stats"), *before = json_at(object, "precpu_stats");
    const json_t *memory = json_at(object, "memory_stats");
    long long usage = json_int_at(memory, "usage", -1), cache = cached(memory);
    long long system = json_int_at(cpu, "system_cpu_usage", 0);
    long long system_before = json_int_at(before, "system_cpu_usage", 0);
    long long used = json_int_at(cpu, "cpu_usage.total_usage", 0) -
                     json_int_at(before, "cpu_usage.total_usage", 0);

    if (usage < 0 || !system_before || system <= system_before)
        return false;
    *ret_memory = cache < usage ? usage - cache : usage;
    *ret_cpu = 100.0 * (double)used / (double)(system - system_before) *
               (double)json_int_at(cpu, "online_cpus", 1);
    return true;
}

static void on_object(void *user, const json_t *object)
{
    struct stats *s = user;
    if (!stats_read(object, &s->cpu, &s->memory))
        return;
    s->known = true;
    op_tell(&s->op);
}

static void on_bytes(void *user, const char *bytes, size_t n)
{
    struct stats *s = user;
    cleanup_error struct error ignored = {0};
    if (!json_stream_feed(&s->stream, bytes, n, &ignored))
        op_quit(&s->op);
}

static void step(struct op *op)
{
    if (!op->children)
        op_finish(op);
}

/* That there is nothing more to tell is no error. */
static const struct op_type stats_type = {"stats", step, op_quit_children, NULL, op_kick_by_child};

void stats_begin(struct stats *s, struct op *parent, const struct engine *engine, const char *name)
{
    assert(*name);
    stats_release(s);
    op_begin(&s->op, &stats_type, parent);
    s->op.background = true;
    s->op.quiet = true;
    json_stream_init(&s->stream, on_object, s);
    call_begin(&s->call, &s->op, engine,
        &(struct call_spec){.method = "GET",
            .path = mem_printf("/containers/%s/stats?stream=1", name),
            .head_ms = 30 * SECOND,
            .stays_open = true,
            .bytes = on_bytes,
            .user = s});
}

void stats_release(struct stats *s)
{
    if (!s->op.type)
        return;
    call_release(&s->call);
    json_stream_release(&s->stream);
    op_release(&s->op);
    *s = (struct stats){0};
}
