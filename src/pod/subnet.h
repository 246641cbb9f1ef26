/* subnet.h - a small subnet for the project's network that meets no other: engines run out of
 * their default pools after about 30 networks. IPv4; pure but for subnets_add_host(). */
#ifndef POD_SUBNET_H
#define POD_SUBNET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { SUBNET_BITS = 24 }; /* of those that are chosen: 254 addresses */

struct subnet {
    uint32_t address; /* host byte order, host bits zero */
    unsigned bits;    /* of its prefix */
};

/* A list; zeroed is empty. */
struct subnets {
    struct subnet *items;
    size_t n;
};

/* "10.1.2.0/24"; false for anything else. Host bits are cleared. */
bool subnet_parse(const char *text, struct subnet *ret);
char *subnet_text(const struct subnet *); /* the caller frees */

void subnets_add(struct subnets *, struct subnet);
void subnets_release(struct subnets *);

/* What this machine's addresses and routes reach. Routes to everything, and to halves of it, say
 * nothing. Where the engine is in a virtual machine its own are not known: it refuses then. */
void subnets_add_host(struct subnets *);

/* The first free one of the private ranges, beginning at a place that `seed` decides, so that
 * projects that start at the same moment do not all want the same one. False: none is free. */
bool subnet_choose(const struct subnets *taken, const char *seed, struct subnet *ret);

#endif
