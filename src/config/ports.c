/* ports.c - see ports.h. */
#include "config/ports.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/limits.h"
#include "base/mem.h"

#define FORMS "port, host:container or ip:host:container, with /tcp or /udp, ports from 1 to 65535"

static bool bad(char **ret_why, const char *text)
{
    cleanup_free char *shown = value_shown(text);
    *ret_why = mem_printf("is %s and must be " FORMS, shown);
    return false;
}

static bool number(const char *text, size_t n, int *ret)
{
    long long value;
    cleanup_free char *digits = mem_strndup(text, n);
    if (digits[0] == '-' || !text_number(digits, 1, 65535, &value))
        return false;
    *ret = (int)value;
    return true;
}

/* The address of "ip:", brackets gone, at *text; NULL and *text unmoved where there is none. */
static bool address(const char **text, char **ret)
{
    unsigned char bytes[16];
    const char *s = *text;

    *ret = NULL;
    if (*s == '[') {
        const char *end = strchr(s, ']');
        if (!end || end[1] != ':')
            return false;
        cleanup_free char *ip = mem_strndup(s + 1, (size_t)(end - s - 1));
        if (inet_pton(AF_INET6, ip, bytes) != 1)
            return false;
        *ret = take(ip);
        *text = end + 2;
        return true;
    }
    const char *first = strchr(s, ':');
    if (!first || !strchr(first + 1, ':'))
        return true;
    cleanup_free char *ip = mem_strndup(s, (size_t)(first - s));
    bool local = strcasecmp(ip, "localhost") == 0; /* the engine wants an address */
    if (!local && inet_pton(AF_INET, ip, bytes) != 1)
        return false;
    *ret = local ? mem_strdup("127.0.0.1") : take(ip);
    *text = first + 1;
    return true;
}

bool port_parse(const char *text, struct port *ret, char **ret_why)
{
    struct port port = {0};
    cleanup_free char *ip = NULL;
    const char *s = text;
    size_t n = strcspn(text, "/");

    port.udp = strcmp(text + n, "/udp") == 0;
    if (text[n] && !port.udp && strcmp(text + n, "/tcp") != 0)
        return bad(ret_why, text);
    cleanup_free char *rest = mem_strndup(text, n);
    s = rest;
    if (!address(&s, &ip))
        return bad(ret_why, text);
    size_t host = strcspn(s, ":");
    port.bare = !s[host];
    if ((ip && port.bare) || !number(s, host, &port.host) ||
        !number(
            port.bare ? s : s + host + 1, strlen(port.bare ? s : s + host + 1), &port.container))
        return bad(ret_why, text);
    port.host_ip = take(ip);
    *ret = port;
    return true;
}

static bool is_ipv6_with(const char *ip, const struct in6_addr *same)
{
    struct in6_addr address;
    return inet_pton(AF_INET6, ip, &address) == 1 && memcmp(&address, same, sizeof address) == 0;
}

bool ip_is_loopback(const char *ip)
{
    struct in_addr v4;
    if (strcasecmp(ip, "localhost") == 0)
        return true;
    if (inet_pton(AF_INET, ip, &v4) == 1)
        return ntohl(v4.s_addr) == INADDR_LOOPBACK;
    return is_ipv6_with(ip, &in6addr_loopback);
}

bool ip_is_any(const char *ip)
{
    struct in_addr v4;
    if (inet_pton(AF_INET, ip, &v4) == 1)
        return v4.s_addr == htonl(INADDR_ANY);
    return is_ipv6_with(ip, &in6addr_any);
}

bool port_confine_service(struct port *port, char **ret_why)
{
#define RULE "a project's services publish on 127.0.0.1, localhost or [::1] only"
    if (port->bare) {
        *ret_why = mem_printf(
            "is a bare port; " RULE ": write host:container, e.g. %d:%d", port->host, port->host);
        return false;
    }
    if (!port->host_ip) {
        port->host_ip = mem_strdup("127.0.0.1");
        return true;
    }
    if (ip_is_loopback(port->host_ip))
        return true;
    *ret_why = mem_printf("binds to %s%s; " RULE ", unless the profile sets "
                          "allowProjectHostMounts",
        port->host_ip,
        !ip_is_any(port->host_ip)    ? ""
        : strchr(port->host_ip, ':') ? ", all IPv6 interfaces"
                                     : ", all interfaces");
    return false;
}

void port_confine_main(struct port *port)
{
    if (port->host_ip && ip_is_loopback(port->host_ip))
        return;
    free(port->host_ip);
    port->host_ip = mem_strdup("127.0.0.1");
}

/* Two addresses meet if they are the same, or one of them stands for all of its family. */
static bool addresses_meet(const char *a, const char *b)
{
    if (!a || !b || ip_is_any(a) || ip_is_any(b))
        return true;
    return strcasecmp(a, b) == 0;
}

struct port *ports_push(struct ports *ports)
{
    ports->items = mem_resize(ports->items, ports->n + 1, sizeof *ports->items);
    ports->items[ports->n] = (struct port){0};
    return &ports->items[ports->n++];
}

const struct port *ports_collide(const struct ports *ports, const struct port *port)
{
    for (size_t i = 0; i < ports->n; i++) {
        const struct port *other = &ports->items[i];
        if (other->host == port->host && other->udp == port->udp &&
            addresses_meet(other->host_ip, port->host_ip))
            return other;
    }
    return NULL;
}

bool ports_add(struct ports *ports, const struct port *port)
{
    if (ports_collide(ports, port))
        return false;
    struct port *mine = ports_push(ports);
    *mine = *port;
    mine->host_ip = mem_strdup(port->host_ip);
    return true;
}

char *port_text(const struct port *port)
{
    const char *protocol = port->udp ? "/udp" : "";
    if (!port->host_ip)
        return port->bare ? mem_printf("%d%s", port->container, protocol)
                          : mem_printf("%d:%d%s", port->host, port->container, protocol);
    bool six = strchr(port->host_ip, ':') != NULL;
    return mem_printf("%s%s%s:%d:%d%s", six ? "[" : "", port->host_ip, six ? "]" : "", port->host,
        port->container, protocol);
}

void ports_release(struct ports *ports)
{
    for (size_t i = 0; i < ports->n; i++)
        free(ports->items[i].host_ip);
    free(ports->items);
    *ports = (struct ports){0};
}

void ports_read(struct schema *schema, const struct node *list, void *field)
{
    struct ports *ports = field;
    if (!schema_is_list(schema, list))
        return;
    for (size_t i = 0; i < list->n; i++) {
        const struct node *item = &list->items[i];
        size_t mark = schema_enter_item(schema, i);
        cleanup_free char *why = NULL;
        struct port port;
        const char *text = schema_scalar(schema, item);
        if (text && ports->n == LIMIT_PORTS)
            schema_bad(schema, item, "more than %d ports", LIMIT_PORTS);
        else if (text && port_parse(text, &port, &why))
            *ports_push(ports) = port;
        else if (text)
            schema_bad(schema, item, "%s", why);
        schema_leave(schema, mark);
    }
}

json_t *ports_write(const void *field)
{
    const struct ports *ports = field;
    json_t *list = json_array();
    for (size_t i = 0; i < ports->n; i++) {
        cleanup_free char *text = port_text(&ports->items[i]);
        json_array_append_new(list, json_string(text));
    }
    return list;
}
