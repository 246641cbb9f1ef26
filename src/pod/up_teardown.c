/* up_teardown.c - the last rows of a pod's start: where it has not been settled, all that this
 * start has made is taken back, and what was there before stays. */
#include "base/limits.h"
#include "pod/pod_lock.h"
#include "pod/up_int.h"

static bool goes_back(const struct up *up)
{
    return !up->pod.settled;
}

/* Those that are starting are asked to stop; calls that change the engine go on to their answer. */
void up_give_up(struct flow *flow)
{
    struct up *up = up_of(flow);
    for (struct op *child = flow->op.children; child; child = child->sibling) {
        child->quiet = true;
        if (goes_back(up))
            op_cancel(child, &flow->op.err);
        else
            op_quit(child);
    }
}

bool up_has_given_up(struct flow *flow)
{
    return flow->op.children == NULL;
}

static void add_left(struct str *left, const char *name)
{
    str_addf(left, "%s%s", left->len ? ", " : "", name);
}

/* The other one may fail as well, and takes back what is his alone: nobody would be left who knows
 * of it. */
static void say_left(struct up *up, struct str *left)
{
    cleanup_error struct error err = {0};
    if (up->network.flow.op.type && up->network.made)
        add_left(left, "the network");
    if (!left->len)
        return;
    error_set(
        &err, "left to another ccpod, which uses the pod: %s; `ccpod down` ends them", left->s);
    flow_trouble(&up->flow, &err);
}

/* A sidecar that runs, or may, and the network, may be another run's by now; a holder is ours as
 * long as we have its lock. */
void up_take_back(struct flow *flow)
{
    struct up *up = up_of(flow);
    cleanup_str struct str left = STR(LIMIT_FOREIGN_TEXT);
    network_let_go(&up->network);
    if (!goes_back(up))
        return;
    up->alone = pod_use_is_alone(up->use);
    for (size_t i = 0; i < up->n_sidecars; i++) {
        struct sidecar *s = &up->sidecars[i];
        if (up->alone || !claim_may_run(&s->claim) || s->died)
            claim_undo(&s->claim, &flow->op);
        else
            add_left(&left, s->service->name);
    }
    if (!up->alone)
        say_left(up, &left);
    for (unsigned i = 0; i < up->n_holders; i++)
        claim_undo(&up->holders[i].claim, &flow->op);
}

void up_take_network_back(struct flow *flow)
{
    struct up *up = up_of(flow);
    if (goes_back(up) && up->alone && up->network.flow.op.type)
        network_undo(&up->network, &flow->op);
}

bool up_is_network_back(struct flow *flow)
{
    struct up *up = up_of(flow);
    return !goes_back(up) || !up->alone || !up->network.flow.op.type ||
           network_is_undone(&up->network, &flow->op);
}
