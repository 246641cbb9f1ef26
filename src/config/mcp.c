/* mcp.c - see mcp.h. */
#include "config/mcp.h"

#include <string.h>
#include <strings.h>

#include "base/json.h"
#include "base/limits.h"
#include "base/mem.h"
#include "config/diag.h"

int mcp_local_port(const char *url)
{
    static const char *const hosts[] = {"localhost", "127.0.0.1", "[::1]", "0.0.0.0"};
    long long port;
    const char *s = strstr(url, "://");

    if (!s || (strncasecmp(url, "http://", 7) != 0 && strncasecmp(url, "https://", 8) != 0))
        return 0;
    s += 3;
    size_t authority = strcspn(s, "/?#\\");
    cleanup_free char *place = mem_strndup(s, authority);
    const char *at = strrchr(place, '@');
    const char *host = at ? at + 1 : place;
    for (size_t i = 0; i < array_size(hosts); i++) {
        size_t n = strlen(hosts[i]);
        if (strncasecmp(host, hosts[i], n) == 0 && host[n] == ':')
            return text_number(host + n + 1, 1024, 65535, &port) ? (int)port : 0;
    }
    return 0;
}

static void add(
    struct ports *ports, int number, const char *file, size_t *found, struct strv *warnings)
{
    char address[] = "127.0.0.1";
    struct port port = {.host_ip = address, .host = number, .container = number, .from = PORT_MCP};
    const struct port *other = ports_collide(ports, &port);

    if (other && other->from == PORT_MCP)
        return;
    if (other) {
        strv_addf(warnings, "%s: port %d is declared already; the declared one is published", file,
            number);
        return;
    }
    if (++*found > LIMIT_MCP_PORTS) {
        if (*found == LIMIT_MCP_PORTS + 1)
            strv_addf(
                warnings, "%s: more than %d ports; the others are left out", file, LIMIT_MCP_PORTS);
        return;
    }
    ports_add(ports, &port);
}

void mcp_add_ports(
    const char *text, size_t n, const char *file, struct ports *ports, struct strv *warnings)
{
    cleanup_error struct error err = {0};
    cleanup_json json_t *root = json_parse(text, n, file, &err);
    const char *name;
    json_t *server;
    size_t found = 0;

    if (!root) {
        strv_addf(warnings, "%s: not read for ports", err.text);
        return;
    }
    json_object_foreach(json_at(root, "mcpServers"), name, server)
    {
        const char *type = json_text_at(server, "type");
        const char *url = json_text_at(server, "url");
        int port = url ? mcp_local_port(url) : 0;
        if (port && type && (strcmp(type, "http") == 0 || strcmp(type, "sse") == 0))
            add(ports, port, file, &found, warnings);
    }
}
