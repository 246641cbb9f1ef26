/* restart.c - see restart.h. */
#include "pod/restart.h"

#include <stdlib.h>

#include "base/mem.h"
#include "loop/loop.h"
#include "pod/ending.h"
#include "pod/survey.h"
#include "pod/target.h"

struct restart {
    struct flow flow;
    const char *host, *service;
    const struct member_filter *filter;
    long long grace_s;
    struct survey survey;
    const struct member *member;
    struct call inspect, restart;
};

static struct restart *self(struct flow *flow)
{
    return container_of(flow, struct restart, flow);
}

static void look(struct flow *flow)
{
    struct restart *r = self(flow);
    struct member_filter filter = *r->filter;
    filter.stopped = true;
    survey_begin(&r->survey, &flow->op, NULL, r->host, &filter);
}

static void inspect(struct flow *flow)
{
    struct restart *r = self(flow);
    r->member = target_service(&r->survey.members, r->service, &flow->op.err);
    if (r->member)
        container_inspect(&r->inspect, &flow->op, &r->survey.engine, r->member->id);
}

static void restart(struct flow *flow)
{
    struct restart *r = self(flow);
    container_restart(&r->restart, &flow->op, &r->survey.engine, r->member->id,
        ending_grace(r->inspect.json, r->grace_s));
}

static const struct flow_row rows[] = {
    {"look for the service", look,    NULL, NO_LIMIT   },
    {"look at it",           inspect, NULL, 40 * SECOND},
    {"restart it",           restart, NULL, NO_LIMIT   },
};

static const struct op_type restart_type = {"restart", flow_step, NULL, NULL, flow_child_ended};

bool restart_main(const char *host, const struct member_filter *filter, const char *service,
    long long grace_s, struct error *err)
{
    struct loop *loop = mem_zalloc(sizeof *loop);
    struct restart *r = mem_zalloc(sizeof *r);

    loop_init(loop);
    r->host = host;
    r->filter = filter;
    r->service = service;
    r->grace_s = grace_s;
    flow_begin(&r->flow, &restart_type, NULL, loop, rows, array_size(rows), array_size(rows));
    r->flow.brief = true;
    loop_run(loop, &r->flow.op, NULL);
    error_copy(err, &r->flow.op.err);
    call_release(&r->inspect);
    call_release(&r->restart);
    survey_release(&r->survey);
    flow_release(&r->flow);
    free(r);
    loop_close(loop);
    free(loop);
    return !error_is_set(err);
}
