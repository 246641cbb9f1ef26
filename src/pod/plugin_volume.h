/* plugin_volume.h - the volume with the profile's plugins, mounted writable: Claude runs what lies
 * in it, so it has to be the owner's own.
 *
 * The engine gives everybody the same volume for the same name. What its labels call another
 * owner's, or nobody's (an older ccpod made it so), is left alone, and this owner has one of
 * another name: profiles of different users have the same names, and neither is to keep the other
 * from working. */
#ifndef POD_PLUGIN_VOLUME_H
#define POD_PLUGIN_VOLUME_H

#include "config/resolved.h"
#include "docker/volume_ensure.h"

struct plugin_volume {
    struct flow flow;
    const struct engine *engine;
    const struct resolved *resolved;
    char *name; /* the one to mount, once the flow has ended */
    struct volume_ensure first, own;
};

void plugin_volume_begin(
    struct plugin_volume *, struct op *parent, const struct engine *, const struct resolved *);
void plugin_volume_release(struct plugin_volume *);

/* Its labels, and the create request of one of this name; new references. */
json_t *plugin_volume_labels(const struct resolved *);
json_t *plugin_volume_spec(const struct resolved *, const char *name);

#endif
