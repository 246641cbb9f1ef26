/* images.h - the calls on images that ccpod uses. */
#ifndef DOCKER_IMAGES_H
#define DOCKER_IMAGES_H

#include "docker/call.h"

/* GET /images/{ref}/json. Not there: status 404, no error. */
void image_inspect(struct call *, struct op *parent, const struct engine *, const char *ref);

#endif
