/* up_teardown.c - the last rows of a pod's start: where it has not been settled, all that this
 * start has made is taken back, and what was there before stays. */
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

/* A sidecar that runs, or may, and the network, may be another run's by now; a holder is ours as
 * long as we have its lock. */
void up_take_back(struct flow *flow)
{
    struct up *up = up_of(flow);
    network_let_go(&up->network);
    if (!goes_back(up))
        return;
    up->alone = pod_use_is_alone(up->use);
    for (size_t i = 0; i < up->n_sidecars; i++)
        if (up->alone || !claim_may_run(&up->sidecars[i].claim) || up->sidecars[i].died)
            claim_undo(&up->sidecars[i].claim, &flow->op);
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
