/* pods_lock.c - see pods_lock.h. */
#include "pod/pods_lock.h"

#include <dirent.h>
#include <string.h>

#include "base/hash.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/path.h"
#include "config/names.h"

static struct pods_lock *self(struct flow *flow)
{
    return container_of(flow, struct pods_lock, flow);
}

/* "PROFILE-PROJECTHASH", as pod_lock_path() makes it; there are other locks in that directory. */
static bool is_meant(const struct member_filter *filter, const char *name)
{
    cleanup_error struct error ignored = {0};
    const char *hash = strrchr(name, '-');
    if (!hash || strlen(hash + 1) != HASH_SHORT ||
        strspn(hash + 1, "0123456789abcdef") != HASH_SHORT)
        return false;
    cleanup_free char *profile = mem_strndup(name, (size_t)(hash - name));
    return profile_name_check(profile, &ignored) &&
           (!filter->project || strcmp(filter->project, hash + 1) == 0) &&
           (!filter->profile || strcmp(filter->profile, profile) == 0);
}

static void lock(struct pods_lock *l, char *path)
{
    struct pod_lock *each = &l->locks[l->n++];
    pod_lock_begin(each, &l->flow.op, l->home, path);
    each->op.background = true;
    each->op.quiet = true;
}

static void begin(struct flow *flow)
{
    struct pods_lock *l = self(flow);
    cleanup_free char *dir_path = path_join(l->home->dir, "locks");
    const struct dirent *e;
    DIR *dir = opendir(dir_path);
    while (dir && (e = readdir(dir)) && l->n < PODS_LOCK_MOST)
        if (is_meant(l->filter, e->d_name))
            lock(l, path_join(dir_path, e->d_name));
    if (dir)
        closedir(dir);
    pause_begin(&l->patience, &flow->op, PODS_LOCK_PATIENCE);
    l->patience.op.background = true;
}

static bool is_over(struct flow *flow)
{
    const struct pods_lock *l = self(flow);
    size_t waiting = 0;
    for (size_t i = 0; i < l->n; i++)
        waiting += op_is_alive(&l->locks[i].op);
    if (waiting && l->patience.over)
        log_warn("another ccpod that starts or ends the pod takes its time: not waiting for it any "
                 "longer");
    return !waiting || l->patience.over;
}

static const struct flow_row rows[] = {
    {"wait for starts and ends that are under way", begin, is_over, NO_LIMIT},
};

static const struct op_type pods_lock_type = {"pods lock", flow_step, NULL, NULL, flow_child_ended};

void pods_lock_begin(struct pods_lock *l, struct op *parent, const struct ccpod_home *home,
    const struct member_filter *filter)
{
    flow_begin(&l->flow, &pods_lock_type, parent, NULL, rows, array_size(rows), array_size(rows));
    l->home = home;
    l->filter = filter;
    l->n = 0;
}

void pods_lock_release(struct pods_lock *l)
{
    for (size_t i = 0; i < l->n; i++)
        pod_lock_release(&l->locks[i]);
    if (l->flow.op.type)
        flow_release(&l->flow);
}
