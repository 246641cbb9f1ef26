/* services_check.h - what services of both files together must keep: dependsOn names services that
 * are there and goes in no circle, and no two publish the same port of the host. */
#ifndef CONFIG_SERVICES_CHECK_H
#define CONFIG_SERVICES_CHECK_H

#include <stdbool.h>

#include "base/error.h"
#include "config/node.h"
#include "config/resolved.h"

/* For `services` and `ports` as they are merged. False with every finding, at its place. */
bool services_check(const struct resolved *, struct error *);

/* The service that publishes a host port which this one would take; NULL: none. */
const struct service *services_publish(const struct services *, const struct port *);

/* services.<name>.<key>[i] in a file, for its place; NULL where the tree is not kept. */
const struct node *services_item_node(
    const struct node *root, const char *service, const char *key, size_t i);

#endif
