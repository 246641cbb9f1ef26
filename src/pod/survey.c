/* survey.c - see survey.h. */
#include "pod/survey.h"

#include "base/mem.h"

static struct survey *self(struct flow *flow)
{
    return container_of(flow, struct survey, flow);
}

static void find_engine(struct flow *flow)
{
    struct survey *s = self(flow);
    discover_begin(&s->discover, &flow->op, s->host, &s->engine);
}

static void list(struct flow *flow)
{
    struct survey *s = self(flow);
    cleanup_json json_t *filters = member_filters(&s->filter);
    container_list(&s->list, &flow->op, &s->engine, filters, s->picks);
}

static void take_list(struct flow *flow)
{
    struct survey *s = self(flow);
    members_read(s->list.json, &s->members);
}

static const struct flow_row rows[] = {
    {"find the engine",     find_engine, NULL, NO_LIMIT   },
    {"list the containers", list,        NULL, 60 * SECOND},
    {"read the list",       take_list,   NULL, NO_LIMIT   },
};

static const struct op_type survey_type = {"survey", flow_step, NULL, NULL, flow_child_ended};

void survey_begin(struct survey *s, struct op *parent, struct loop *loop, const char *host,
    const struct member_filter *filter)
{
    s->host = host;
    s->filter = *filter;
    flow_begin(&s->flow, &survey_type, parent, loop, rows, array_size(rows), array_size(rows));
    s->flow.brief = true;
}

void survey_release(struct survey *s)
{
    members_release(&s->members);
    call_release(&s->list);
    discover_release(&s->discover);
    engine_release(&s->engine);
    if (s->flow.op.type)
        flow_release(&s->flow);
}
