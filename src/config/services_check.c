/* services_check.c - see services_check.h. */
#include "config/services_check.h"

#include <string.h>

#include "base/limits.h"
#include "base/mem.h"
#include "config/diag.h"

enum visit { VISIT_NEW, VISIT_OPEN, VISIT_DONE };

struct check {
    const struct resolved *r;
    struct diag profile, project; /* what is wrong in each file */
    enum visit *seen;             /* by service */
    size_t *open, depth;          /* the services that are being visited, outermost first */
};

const struct node *services_item_node(
    const struct node *root, const char *service, const char *key, size_t i)
{
    const struct node *node = node_get(root, "services");
    node = node ? node_get(node, service) : NULL;
    node = node ? node_get(node, key) : NULL;
    return node && i < node->n ? &node->items[i] : NULL;
}

static void add_finding(
    struct check *c, const struct service *s, const char *key, size_t i, const char *why)
{
    const struct node *root = s->from_project ? &c->r->project.root : &c->r->profile.root;
    const struct node *node = services_item_node(root, s->name, key, i);
    cleanup_free char *path = mem_printf("services.%s.%s[%zu]", s->name, key, i);

    diag_add(s->from_project ? &c->project : &c->profile, node ? node->at : (struct place){0}, path,
        "%s", why);
}

/* "goes in a circle: a -> b -> a", from where service `i` was entered. */
static char *circle_text(const struct check *c, size_t i)
{
    const struct service *items = c->r->services.items;
    struct str text = STR(LIMIT_MESSAGE);
    size_t at = 0;

    while (c->open[at] != i)
        at++;
    str_addz(&text, "goes in a circle: ");
    for (; at < c->depth; at++)
        str_addf(&text, "%s -> ", items[c->open[at]].name);
    str_addz(&text, items[i].name);
    return str_take(&text);
}

/* Depth first along dependsOn. */
static void visit(struct check *c, size_t i)
{
    const struct services *services = &c->r->services;
    const struct service *s = &services->items[i];

    c->seen[i] = VISIT_OPEN;
    c->open[c->depth++] = i;
    for (size_t k = 0; k < s->depends_on.n; k++) {
        const struct service *other = services_find(services, s->depends_on.v[k]);
        size_t next = other ? (size_t)(other - services->items) : 0;
        cleanup_free char *why = NULL;
        if (!other)
            why = mem_printf("there is no service %s", s->depends_on.v[k]);
        else if (c->seen[next] == VISIT_OPEN)
            why = circle_text(c, next);
        else if (c->seen[next] == VISIT_NEW)
            visit(c, next);
        if (why)
            add_finding(c, s, "dependsOn", k, why);
    }
    c->depth--;
    c->seen[i] = VISIT_DONE;
}

/* Docker publishes for both families where no address is given; else these do not meet. */
static bool families_meet(const struct port *a, const struct port *b)
{
    return !a->host_ip || !b->host_ip || !strchr(a->host_ip, ':') == !strchr(b->host_ip, ':');
}

static const struct port *find_collision(const struct ports *ports, const struct port *port)
{
    const struct port *other = ports_collide(ports, port);
    return other && families_meet(other, port) ? other : NULL;
}

static const struct service *find_publisher(
    const struct services *services, size_t n, const struct port *port)
{
    for (size_t i = 0; i < n; i++)
        if (find_collision(&services->items[i].ports, port))
            return &services->items[i];
    return NULL;
}

const struct service *services_publish(const struct services *services, const struct port *port)
{
    return find_publisher(services, services->n, port);
}

/* Of two services that publish one port the later one is reported. */
static void check_ports(struct check *c, size_t i)
{
    const struct service *s = &c->r->services.items[i];

    for (size_t k = 0; k < s->ports.n; k++) {
        const struct port *port = &s->ports.items[k];
        const struct service *other = find_publisher(&c->r->services, i, port);
        cleanup_free char *why = NULL;
        if (find_collision(&c->r->ports, port))
            why = mem_printf(
                "port %d of the host is published by ports.list, too: choose another", port->host);
        else if (other)
            why = mem_printf(
                "port %d of the host is published by the service %s, too: choose another",
                port->host, other->name);
        if (why)
            add_finding(c, s, "ports", k, why);
    }
}

bool services_check(const struct resolved *r, struct error *err)
{
    cleanup_error struct error project = {0};
    cleanup_free enum visit *seen = mem_zalloc((r->services.n + 1) * sizeof *seen);
    cleanup_free size_t *open = mem_zalloc((r->services.n + 1) * sizeof *open);
    struct check c = {.r = r, .seen = seen, .open = open};

    diag_init(&c.profile, r->profile.file);
    diag_init(&c.project, r->project.file ? r->project.file : "");
    for (size_t i = 0; i < r->services.n; i++) {
        if (seen[i] == VISIT_NEW)
            visit(&c, i);
        check_ports(&c, i);
    }
    diag_error(&c.profile, err);
    diag_error(&c.project, &project);
    error_add(err, &project);
    diag_release(&c.profile);
    diag_release(&c.project);
    return !error_is_set(err);
}
