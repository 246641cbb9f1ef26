/* image.h - makes sure that an image is on the engine: looks, and pulls it where it is not.
 *
 * A flow whose result is the image's inspect answer. Pulls are anonymous. */
#ifndef POD_IMAGE_H
#define POD_IMAGE_H

#include "docker/images.h"
#include "loop/flow.h"
#include "pod/progress.h"

struct image_ensure {
    struct flow flow;
    const struct engine *engine;
    const char *ref;
    char *setting; /* where it is named, for the hint: "image.use of the profile x" */
    struct progress *progress;
    unsigned part;
    struct call inspect;
    struct pull pull;
};

/* `setting` is taken over, other texts are borrowed. */
void image_begin(struct image_ensure *, struct op *parent, const struct engine *, const char *ref,
    char *setting, struct progress *, unsigned part);
void image_release(struct image_ensure *);

/* What the engine says of it; NULL until the flow has ended. */
static inline const json_t *image_json(const struct image_ensure *image)
{
    return image->inspect.status == 200 ? image->inspect.json : NULL;
}

#endif
