/* published.c - see published.h. */
#include "pod/published.h"

#include <string.h>

static const char *numeric(const char *ip)
{
    if (!ip || !*ip || strcmp(ip, "::") == 0)
        return "0.0.0.0";
    return strcmp(ip, "localhost") == 0 ? "127.0.0.1" : ip;
}

/* One on all addresses has each. */
bool published_meets(const struct port *ours, const json_t *entry)
{
    const char *type = json_text_at(entry, "Type");
    const char *theirs = numeric(json_text_at(entry, "IP")), *ip = numeric(ours->host_ip);
    return json_int_at(entry, "PublicPort", 0) == ours->host && type &&
           strcmp(type, ours->udp ? "udp" : "tcp") == 0 &&
           (strcmp(ip, theirs) == 0 || strcmp(ip, "0.0.0.0") == 0 ||
               strcmp(theirs, "0.0.0.0") == 0);
}

bool published_any(const json_t *container)
{
    size_t i;
    json_t *entry;
    json_array_foreach(json_object_get(container, "Ports"), i, entry)
    {
        if (json_int_at(entry, "PublicPort", 0))
            return true;
    }
    return false;
}

static bool has_port(const json_t *container, const struct port *port)
{
    size_t i;
    json_t *entry;
    json_array_foreach(json_object_get(container, "Ports"), i, entry)
    {
        if (published_meets(port, entry))
            return true;
    }
    return false;
}

/* The list has what others have made of the same project, too: what they publish is not ours. And
 * where the engine was killed, it still tells the ports of what ended with it. */
static bool is_published(const struct pod *pod, const struct port *port, const json_t *except)
{
    size_t i;
    json_t *container;
    json_array_foreach(pod->containers, i, container)
    {
        const json_t *labels = json_object_get(container, "Labels");
        if (container != except && pod_is_alive(container) && has_port(container, port) &&
            (pod_owns(pod, labels, "main") || pod_owns(pod, labels, "ns")))
            return true;
    }
    return false;
}

void published_open(const struct pod *pod, const char *except_name, struct ports *ret)
{
    const struct ports *ports = &pod->resolved->ports;
    const json_t *except = except_name ? pod_find(pod, except_name) : NULL;
    *ret = (struct ports){0};
    for (size_t i = 0; i < ports->n; i++)
        if (!is_published(pod, &ports->items[i], except))
            ports_add(ret, &ports->items[i]);
}
