/* ports.h - published ports: "port", "host:container", "ip:host:container", each with "/tcp" or
 * "/udp" behind it; what a project may publish; which collide. */
#ifndef CONFIG_PORTS_H
#define CONFIG_PORTS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/str.h"
#include "config/schema.h"

enum port_from { PORT_PROFILE, PORT_PROJECT, PORT_MCP };

struct port {
    char *host_ip; /* NULL: none given, binds as Docker does; IPv6 without brackets */
    int host, container;
    bool udp;
    bool bare; /* "port": the container's port was not named */
    enum port_from from;
};

struct ports {
    struct port *items;
    size_t n;
};

/* Parses one specification. On failure *ret_why says what is wrong and what is allowed; the
 * caller frees it. */
bool port_parse(const char *text, struct port *ret, char **ret_why);

/* What holds for a port of a project's service unless the profile allows host mounts: the address
 * must be a loopback one, "host:container" gets 127.0.0.1, a bare port is refused. */
bool port_confine_service(struct port *, char **ret_why);

/* For the main container's ports: published on 127.0.0.1, whatever the project asked for. */
void port_confine_main(struct port *);

bool ip_is_loopback(const char *ip); /* "localhost" too */
bool ip_is_any(const char *ip);      /* 0.0.0.0 and every spelling of :: */

/* The one that a port collides with: same host port and protocol, addresses that meet. */
const struct port *ports_collide(const struct ports *, const struct port *);

/* Adds a copy unless it collides with an earlier one, which wins; false if it did. */
bool ports_add(struct ports *, const struct port *);
/* "127.0.0.1:8080:80/udp", as it would be written; the caller frees. */
char *port_text(const struct port *);

struct port *ports_push(struct ports *); /* a zeroed one at the end */
void ports_release(struct ports *);

/* A list of specifications into struct ports, and back: for tables of settings. */
void ports_read(struct schema *, const struct node *, void *ports);
json_t *ports_write(const void *ports);

#endif
