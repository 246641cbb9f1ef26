/* merge.c - see merge.h. */
#include "config/merge.h"

#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "config/bridge_map.h"
#include "config/services_check.h"

/* An untrusted project may replace only what it may write: of the profile's arguments the
 * harmless ones, so that no repository drops a restriction. */
static void merge_args(struct resolved *r, const struct strv *command_line)
{
    const struct project *p = &r->project;
    const struct strv *mine = &r->profile.claude_args;
    bool replaces = p->merge == MERGE_OVERRIDE && p->claude_args_given;
    bool trusted = r->trust == TRUST_GIVEN;
    cleanup_strv struct strv harmless = {0}, kept = {0}, theirs = {0}, left_out = {0};

    if (replaces && !trusted) {
        trust_split_args(mine, &harmless, &kept);
        mine = &kept;
    }
    if (!replaces || !trusted)
        strv_add_all(&r->claude_args, mine);
    trust_split_args(&p->claude_args, &theirs, &left_out);
    strv_add_all(&r->claude_args, trusted ? &p->claude_args : &theirs);
    if (command_line)
        strv_add_all(&r->claude_args, command_line);
}

static void add_without_repeats(struct strv *to, const struct strv *from)
{
    for (size_t i = 0; i < from->n; i++)
        if (!strv_has(to, from->v[i]))
            strv_add(to, from->v[i]);
}

static void merge_init(struct resolved *r)
{
    struct project *p = &r->project;
    bool allowed = r->profile.allow_project_init;

    if (!allowed && p->init.n)
        strv_addf(&r->warnings,
            "init: the project's commands (%zu) are left out; the profile's "
            "allowProjectInit would let them run",
            p->init.n);
    if (!allowed || p->merge == MERGE_DEEP || !p->init_given)
        strv_add_all(&r->init, &r->profile.init);
    if (allowed)
        strv_add_all(&r->init, &p->init);

    if (!allowed && p->plugins.n)
        strv_addf(&r->warnings,
            "plugins: the project's (%zu) are left out; the profile's "
            "allowProjectInit would let them in",
            p->plugins.n);
    if (!allowed || p->merge == MERGE_DEEP || !p->plugins_given)
        add_without_repeats(&r->plugins, &r->profile.plugins);
    if (allowed)
        add_without_repeats(&r->plugins, &p->plugins);
}

/* A project tightens the network, or adds to the list where it may; it never opens it. */
static void merge_network(struct resolved *r)
{
    const struct network_settings *mine = &r->profile.network, *theirs = &r->project.network;
    bool asks = theirs->policy_given || theirs->allow.n;

    r->network.policy = mine->policy;
    if (mine->policy == NETWORK_FULL) {
        if (theirs->policy_given && theirs->policy == NETWORK_RESTRICTED) {
            r->network.policy = NETWORK_RESTRICTED;
            add_without_repeats(&r->network.allow, &theirs->allow);
        } else {
            add_without_repeats(&r->network.allow, &mine->allow);
        }
        return;
    }
    add_without_repeats(&r->network.allow, &mine->allow);
    if (r->profile.allow_project_network)
        add_without_repeats(&r->network.allow, &theirs->allow);
    bool opens = theirs->policy_given && theirs->policy == NETWORK_FULL;
    if (opens || (asks && theirs->allow.n && !r->profile.allow_project_network))
        strv_addf(&r->warnings,
            "network: the project's %s left out: the profile's network is "
            "restricted%s",
            opens ? "\"full\" is" : "entries are",
            opens ? "" : "; the profile's allowProjectNetwork would let them in");
}

static void merge_ports(struct resolved *r)
{
    struct ports *lists[] = {&r->profile.ports.list, &r->project.ports.list};

    for (size_t l = 0; l < array_size(lists); l++)
        for (size_t i = 0; i < lists[l]->n; i++) {
            struct port *port = &lists[l]->items[i];
            cleanup_free char *text = port_text(port);
            port->from = l ? PORT_PROJECT : PORT_PROFILE;
            if (port->from == PORT_PROJECT)
                port_confine_main(port);
            if (!ports_add(&r->ports, port))
                strv_addf(&r->warnings, "ports: %s collides with one before it: left out", text);
        }
}

static void add_services(struct resolved *r, struct services *from, bool from_project)
{
    for (size_t i = 0; i < from->n; i++) {
        struct service *mine = services_find(&r->services, from->items[i].name);
        if (mine)
            service_release(mine);
        else
            mine = services_add(&r->services);
        *mine = from->items[i];
        mine->from_project = from_project;
        mine->confined = from_project && r->trust != TRUST_GIVEN;
        if (mine->confined && mine->restart > RESTART_ON_FAILURE) {
            mine->restart = RESTART_ON_FAILURE;
            strv_addf(&r->warnings,
                "services.%s.restart: on-failure, the most that a project which is not trusted "
                "gets",
                mine->name);
        }
        for (size_t k = 0; k < mine->volumes.n; k++)
            volume_locate(&mine->volumes.items[k], r->project.dir);
    }
    /* What they own has moved. */
    free(from->items);
    *from = (struct services){0};
}

static void merge_services(struct resolved *r)
{
    bool replaces = r->project.merge == MERGE_OVERRIDE && r->project.services.n;
    if (!replaces)
        add_services(r, &r->profile.services, false);
    add_services(r, &r->project.services, true);

    cleanup_strv struct strv secrets = {0};
    services_secrets(&r->services, &secrets);
    for (size_t i = 0; i < secrets.n; i++)
        log_secret(secrets.v[i]);
}

bool merge(struct resolved *r, const struct strv *command_line_args, struct error *err)
{
    merge_args(r, command_line_args);
    merge_init(r);
    merge_network(r);
    merge_ports(r);
    merge_services(r);
    bridge_map_lay(&r->bridge, &r->profile.bridge);
    bridge_map_lay(&r->bridge, &r->project.bridge);
    return services_check(r, err);
}
