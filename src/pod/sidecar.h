/* sidecar.h - one service of a pod, from its image to its health, and for as long as the start
 * goes on: a sidecar that dies, or turns unhealthy, before the pod has settled fails the start
 * with its last words. One that the engine starts again may die a few times until it is healthy. */
#ifndef POD_SIDECAR_H
#define POD_SIDECAR_H

#include "docker/volume_ensure.h"
#include "pod/claim.h"
#include "pod/image.h"
#include "pod/last_words.h"
#include "pod/pod.h"

enum { SIDECAR_VOLUMES_MAX = 32 };

struct sidecar {
    struct flow flow;
    struct pod *pod;
    const struct service *service;
    struct sidecar **needs; /* what it depends on */
    size_t n_needs;
    unsigned part;

    char *name;
    char *empty_file;
    struct image_ensure image;
    struct volume_ensure *volumes;   /* one for each of the service, begun for named ones */
    struct call seen, inspect, logs; /* `seen`: before anything is known */
    struct claim claim;
    json_t *request;
    char hash[HASH_HEX + 1];

    /* Facts. */
    bool has_health, healthy, unhealthy;
    bool died;       /* and stays so, as far as the start can wait */
    unsigned deaths; /* seen */
    int code;        /* of the last one */
    bool looks_late; /* something has happened since the look that is under way was begun */
    bool is_up;      /* as far as the pod wants it */
};

/* `needs` is taken over: an array of those that have to be up before it is started. */
void sidecar_begin(struct sidecar *, struct op *parent, struct pod *, const struct service *,
    struct sidecar **needs, size_t n_needs);
void sidecar_release(struct sidecar *);

/* What the engine's events say of containers of this pod. */
void sidecar_on_event(struct sidecar *, const json_t *message);

/* The events may have missed something: ask the engine. */
void sidecar_look_again(struct sidecar *);

static inline bool sidecar_is_looking(const struct sidecar *s)
{
    return op_is_alive(&s->inspect.op) || s->died;
}

#endif
