/* image.c - see image.h. */
#include "pod/image.h"

#include <stdlib.h>

#include "base/mem.h"

static struct image_ensure *self(struct flow *flow)
{
    return container_of(flow, struct image_ensure, flow);
}

static void look(struct flow *flow)
{
    struct image_ensure *image = self(flow);
    image_inspect(&image->inspect, &flow->op, image->engine, image->ref);
}

static void on_progress(void *user)
{
    struct image_ensure *image = user;
    progress_count(image->progress, image->part, "pulling", image->pull.current, image->pull.total);
}

static void pull(struct flow *flow)
{
    struct image_ensure *image = self(flow);
    if (image->inspect.status != 404)
        return;
    progress_set(image->progress, image->part, "pulling", "pulling %s", image->ref);
    image_pull(&image->pull, &flow->op, image->engine, image->ref, on_progress, image);
    image->pull.op.quiet = true;
}

/* A pull that failed is an image that is not there: that comes first, then why. */
static void look_again(struct flow *flow)
{
    struct image_ensure *image = self(flow);
    const struct error *why = &image->pull.op.err;
    if (!image->pull.op.type)
        return;
    if (error_is_set(why)) {
        op_fail(
            &flow->op, "the image %s is not there and cannot be pulled: %s", image->ref, why->text);
        error_hint(&flow->op.err, "build or pull it, or name another one in %s", image->setting);
        return;
    }
    look(flow);
}

static void check(struct flow *flow)
{
    struct image_ensure *image = self(flow);
    if (!image_json(image))
        op_fail(&flow->op, "the image %s was pulled, and is not there", image->ref);
}

static const struct flow_row rows[] = {
    {"look for the image", look,       NULL, 60 * SECOND},
    {"pull the image",     pull,       NULL, NO_LIMIT   },
    {"look at the image",  look_again, NULL, 60 * SECOND},
    {"check the image",    check,      NULL, NO_LIMIT   },
};

static const struct op_type image_type = {"image", flow_step, NULL, NULL, flow_child_ended};

void image_begin(struct image_ensure *image, struct op *parent, const struct engine *engine,
    const char *ref, char *setting, struct progress *progress, unsigned part)
{
    flow_begin(&image->flow, &image_type, parent, NULL, rows, array_size(rows), array_size(rows));
    image->flow.brief = true;
    image->engine = engine;
    image->ref = ref;
    image->setting = setting;
    image->progress = progress;
    image->part = part;
}

void image_release(struct image_ensure *image)
{
    call_release(&image->inspect);
    pull_release(&image->pull);
    free(image->setting);
    image->setting = NULL;
    if (image->flow.op.type)
        flow_release(&image->flow);
}
