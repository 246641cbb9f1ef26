/* images.h - the calls on images that ccpod uses. */
#ifndef DOCKER_IMAGES_H
#define DOCKER_IMAGES_H

#include "docker/call.h"
#include "docker/json_stream.h"

/* GET /images/{ref}/json. Not there: status 404, no error. */
void image_inspect(struct call *, struct op *parent, const struct engine *, const char *ref);

enum { PULL_LAYERS_MAX = 128, PULL_LAYER_NAME = 16 };

/* A pull as an op: POST /images/create, a stream of progress that may end in an error though its
 * status was 200. What is pulled is told by `changed`, from the loop, whenever the sums below have
 * changed. Given up by closing the connection, which ends the pull in the engine. */
struct pull {
    struct op op;
    struct call call;
    struct json_stream stream;
    struct pull_layer {
        char name[PULL_LAYER_NAME];
        long long current, total;
    } layers[PULL_LAYERS_MAX];
    unsigned n_layers;
    long long current, total; /* bytes of all layers that are known so far */
    struct error failed;      /* the last error in the stream */
    void (*changed)(void *user);
    void *user;
};

/* `ref` without tag or digest means its tag "latest". */
void image_pull(struct pull *, struct op *parent, const struct engine *, const char *ref,
    void (*changed)(void *user), void *user);
void pull_release(struct pull *);

#endif
