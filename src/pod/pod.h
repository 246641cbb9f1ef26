/* pod.h - what everything that belongs to one start of a pod needs to know: the plan, and the
 * facts that come in while it goes on. Owned by pod/up.h; its children read it. */
#ifndef POD_POD_H
#define POD_POD_H

#include <jansson.h>

#include "config/home.h"
#include "config/resolved.h"
#include "docker/engine.h"
#include "docker/info.h"
#include "pod/progress.h"

struct pod {
    /* The plan. */
    const struct resolved *resolved;
    const struct ccpod_home *home;
    const struct engine *engine;
    const struct engine_info *info;
    const struct op *info_op; /* fills it */
    const char *lease, *role;
    const char *guest_dir;
    struct progress *progress;
    bool patient; /* services count as up when they are healthy, not as soon as they run */

    /* Facts. */
    json_t *containers;     /* those of this profile and project, as the engine lists them */
    bool unchanged;         /* events are heard, and have told of no change yet */
    bool looked;            /* the list is here, and the ports have been looked at */
    const char *network_id; /* NULL: not there yet */
    bool publishes;         /* what publishes the open ports is ours to make: see published.h */
    bool settled;           /* the pod is up for good: what has been started stays */
};

static inline bool pod_knows_engine(const struct pod *pod)
{
    return op_is_done(pod->info_op);
}

/* The container of this name in the list; NULL: there was none when the engine was asked. */
const json_t *pod_find(const struct pod *, const char *name);

/* Does a container of a list run, or is it to go on where it was? */
bool pod_is_alive(const json_t *container);

/* A label of a container as lists have them; "" where it has none. */
const char *pod_label(const json_t *container, const char *name);

/* All ccpod labels of a sidecar or holder of this pod, with type, configuration hash and the
 * image's name; a new reference. */
json_t *pod_labels(const struct pod *, const char *type, const char *config, const char *image);

/* Do the labels of an inspect or list answer say that it is ours, and of this pod and type? */
bool pod_owns(const struct pod *, const json_t *labels, const char *type);

/* An empty file beside the guest program, for what is masked; the caller's to free. */
char *pod_empty_file(const struct pod *);

/* The endpoint settings of the project network with these names, for a create request. */
void pod_join_network(json_t *request, const char *network_id, const char *alias);

#endif
