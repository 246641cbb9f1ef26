/* port_check.c - see port_check.h. */
#include "pod/port_check.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/mem.h"
#include "config/names.h"
#include "pod/published.h"

static struct port_check *self(struct flow *flow)
{
    return container_of(flow, struct port_check, flow);
}

static bool make_address(const struct port *p, struct sockaddr_storage *ret, socklen_t *ret_size)
{
    struct sockaddr_in in = {.sin_family = AF_INET, .sin_port = htons((uint16_t)p->host)};
    struct sockaddr_in6 in6 = {.sin6_family = AF_INET6, .sin6_port = htons((uint16_t)p->host)};
    const char *ip = !p->host_ip                            ? "0.0.0.0"
                     : strcmp(p->host_ip, "localhost") == 0 ? "127.0.0.1"
                                                            : p->host_ip;
    if (inet_pton(AF_INET, ip, &in.sin_addr) == 1) {
        memcpy(ret, &in, sizeof in);
        *ret_size = sizeof in;
        return true;
    }
    memcpy(ret, &in6, sizeof in6);
    *ret_size = sizeof in6;
    return inet_pton(AF_INET6, ip, &((struct sockaddr_in6 *)(void *)ret)->sin6_addr) == 1;
}

static bool is_taken(const struct port *p)
{
    struct sockaddr_storage address;
    socklen_t size;
    const int on = 1;
    if (p->udp || !p->host || !make_address(p, &address, &size))
        return false;
    int fd = socket(address.ss_family, SOCK_STREAM, 0);
    if (fd < 0)
        return false;
    /* Connections that have just ended do not count, as they will not for the engine. */
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    bool taken = bind(fd, (const struct sockaddr *)&address, size) < 0 && errno == EADDRINUSE;
    close(fd);
    return taken;
}

/* One that is there may have the port itself. */
static bool is_there(const struct pod *pod, const struct service *s)
{
    const struct resolved *r = pod->resolved;
    cleanup_free char *name = name_service(r->profile.name, r->project_hash, s->name);
    return pod_find(pod, name) != NULL;
}

/* The first of these that is taken; NULL: none. */
static const struct port *first_taken(const struct ports *ports)
{
    for (size_t i = 0; i < ports->n; i++)
        if (is_taken(&ports->items[i]))
            return &ports->items[i];
    return NULL;
}

/* Those that the pod publishes already are taken by itself. */
static const struct port *find_taken_of_main(const struct port_check *c)
{
    const struct ports *ports = &c->pod->resolved->ports;
    struct ports open;
    published_open(c->pod, NULL, &open);
    const struct port *taken = first_taken(&open);
    const struct port *found = taken ? ports_collide(ports, taken) : NULL;
    ports_release(&open);
    return found;
}

static void find_taken(struct port_check *c, const bool *wanted)
{
    const struct resolved *r = c->pod->resolved;
    if (c->pod->publishes && (c->port = find_taken_of_main(c))) {
        c->of = mem_strdup("the main container");
        return;
    }
    for (size_t i = 0; i < r->services.n; i++) {
        const struct service *s = &r->services.items[i];
        if (!wanted[i] || is_there(c->pod, s))
            continue;
        if ((c->port = first_taken(&s->ports))) {
            c->of = mem_printf("service %s", s->name);
            return;
        }
    }
}

static void ask(struct flow *flow)
{
    struct port_check *c = self(flow);
    cleanup_json json_t *everything = json_object();
    if (c->port)
        container_list(&c->list, &flow->op, c->pod->engine, everything, NULL);
}

static const json_t *find_holder(const struct port_check *c)
{
    size_t i, k;
    json_t *container, *port;
    json_array_foreach(c->list.json, i, container)
    {
        json_array_foreach(json_object_get(container, "Ports"), k, port)
        {
            if (pod_is_alive(container) && published_meets(c->port, port))
                return container;
        }
    }
    return NULL;
}

static void say_who(struct flow *flow)
{
    struct port_check *c = self(flow);
    const json_t *holder = find_holder(c);
    const char *name = json_string_value(json_array_get(json_object_get(holder, "Names"), 0));
    const char *dir = pod_label(holder, LABEL_WORKDIR);

    if (!c->port)
        return;
    cleanup_free char *port = port_text(c->port);
    name = name ? name + (*name == '/') : NULL;
    if (!name)
        op_fail(&flow->op, "%s: port %s is taken by another program", c->of, port);
    else if (*dir)
        op_fail(&flow->op, "%s: port %s is taken by the container %s of the project %s", c->of,
            port, name, dir);
    else
        op_fail(&flow->op, "%s: port %s is taken by the container %s", c->of, port, name);
    error_hint(&flow->op.err, "end it, or choose another port");
}

static const struct flow_row rows[] = {
    {"ask who has a taken port", ask,     NULL, 60 * SECOND},
    {"say who has a taken port", say_who, NULL, NO_LIMIT   },
};

static const struct op_type check_type = {"port check", flow_step, NULL, NULL, flow_child_ended};

void port_check_begin(
    struct port_check *c, struct op *parent, const struct pod *pod, const bool *wanted)
{
    flow_begin(&c->flow, &check_type, parent, NULL, rows, array_size(rows), array_size(rows));
    c->flow.brief = true;
    c->pod = pod;
    c->port = NULL;
    if (pod->engine->endpoint.kind == ENDPOINT_UNIX && !pod->info->is_desktop)
        find_taken(c, wanted);
}

void port_check_release(struct port_check *c)
{
    call_release(&c->list);
    free(c->of);
    c->of = NULL;
    if (c->flow.op.type)
        flow_release(&c->flow);
}
