/* mcp.h - which ports of this machine a project's .mcp.json points at. */
#ifndef CONFIG_MCP_H
#define CONFIG_MCP_H

#include "base/str.h"
#include "config/ports.h"

/* Adds the ports (1024 to 65535) of servers of type http or sse on a local address, on 127.0.0.1.
 * A declared port wins over a found one. Everything odd becomes a warning: text that is not JSON
 * with its line and column, ports that collide, more than LIMIT_MCP_PORTS of them. */
void mcp_add_ports(
    const char *text, size_t n, const char *file, struct ports *, struct strv *warnings);

/* The port of a URL on a local host; 0 where it is none of those. */
int mcp_local_port(const char *url);

#endif
