/* labels.c - see labels.h. */
#include "pod/labels.h"

#include "config/names.h"
#include "version.h"

json_t *labels_of_thing(const struct resolved *r, const char *type)
{
    char owner[HASH_SHORT + 1];
    owner_id(owner);
    return json_pack("{s:s, s:s, s:s, s:s, s:s, s:s}", LABEL_PROFILE, r->profile.name,
        LABEL_PROJECT, r->project_hash, LABEL_TYPE, type, LABEL_VERSION, CCPOD_VERSION,
        LABEL_WORKDIR, r->project.dir, LABEL_OWNER, owner);
}

json_t *labels_of_container(const struct resolved *r, const struct container_labels *l)
{
    json_t *labels = labels_of_thing(r, l->type);
    json_t *more = json_pack("{s:s, s:s, s:s, s:s, s:s}", LABEL_ROLE, l->role, LABEL_SESSION,
        l->session, LABEL_LEASE, l->lease, LABEL_CONFIG, l->config, LABEL_IMAGE, l->image);
    if (!labels || !more || json_object_update(labels, more) < 0) {
        json_decref(labels); /* a text that is not UTF-8 */
        labels = NULL;
    }
    json_decref(more);
    return labels;
}
