/* service.c - see service.h. */
#include "config/service.h"

#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/mem.h"
#include "config/env.h"
#include "config/names.h"
#include "config/values.h"

enum { SECRET_LEAST = 12 };

static const char *const restart_words[] = {"no", "on-failure", "always", "unless-stopped", NULL};
static const char *const egress_words[] = {"", "full", "none", NULL};

/* A command: a list of words, or one text that is split as a shell would. */
static void read_words(struct schema *schema, const struct node *node, void *field)
{
    struct strv *words = field;
    if (node->kind != NODE_LIST) {
        const char *text = schema_scalar(schema, node);
        if (text && !value_words(text, words))
            schema_bad(schema, node, "has a quote that does not end");
        else if (words->n > LIMIT_YAML_ITEMS)
            schema_bad(schema, node, "has more than %d words", LIMIT_YAML_ITEMS);
        return;
    }
    for (size_t i = 0; i < node->n; i++) {
        size_t mark = schema_enter_item(schema, i);
        const char *text = schema_scalar(schema, &node->items[i]);
        if (text)
            strv_add(words, text);
        schema_leave(schema, mark);
    }
}

static json_t *write_words(const void *field)
{
    const struct strv *words = field;
    return words->n ? json_of_texts(words) : NULL;
}

/* A healthcheck's test: a text for the shell, or a list that begins with CMD, CMD-SHELL or NONE. */
static void read_test(struct schema *schema, const struct node *node, void *field)
{
    struct strv *test = field;
    if (node->kind != NODE_LIST) {
        const char *text = schema_scalar(schema, node);
        if (text) {
            strv_add(test, "CMD-SHELL");
            strv_add(test, text);
        }
        return;
    }
    read_words(schema, node, field);
    if (!test->n)
        return;
    bool none = strcmp(test->v[0], "NONE") == 0 && test->n == 1;
    bool shell = strcmp(test->v[0], "CMD-SHELL") == 0 && test->n == 2;
    bool words = strcmp(test->v[0], "CMD") == 0 && test->n > 1;
    if (!none && !shell && !words)
        schema_bad(schema, node,
            "must be a text for the shell, [CMD, word, ...], [CMD-SHELL, text] or [NONE]");
}

/* Read into the policy; the number of tries lies right behind it in struct service. */
static void read_restart(struct schema *schema, const struct node *node, void *field)
{
    struct service *service = container_of(field, struct service, restart);
    const char *text = schema_scalar(schema, node);
    if (!text)
        return;
    size_t n = strcspn(text, ":");
    bool tries = text[n] == ':' && strncmp(text, "on-failure", n) == 0;
    for (int i = 0; restart_words[i]; i++) {
        if (strlen(restart_words[i]) != n || strncmp(restart_words[i], text, n) != 0)
            continue;
        if (text[n] && (!tries || !text_number(text + n + 1, 0, 1000000, &service->restart_tries)))
            break;
        service->restart = (enum restart_policy)i;
        return;
    }
    schema_bad(schema, node, "must be \"no\", always, unless-stopped or on-failure[:tries]");
}

static json_t *write_restart(const void *field)
{
    const struct service *service =
        (const struct service *)(const void *)((const char *)field -
                                               offsetof(struct service, restart));
    if (service->restart == RESTART_NO)
        return NULL;
    if (!service->restart_tries)
        return json_string(restart_words[service->restart]);
    return json_sprintf("%s:%lld", restart_words[service->restart], service->restart_tries);
}

/* clang-format off */
const struct setting resources_settings[] = {
    { "memory", SETTING_SIZE, offsetof(struct resources, memory),
        .least = 6 * MIB, .loose = true, .allowed = "a size of at least 6m: 512m, 2g",
        .help = "memory limit" },
    { "cpus", SETTING_CPUS, offsetof(struct resources, nano_cpus),
        .least = 1000000, .loose = true, .allowed = "a number of CPUs: 1.5",
        .help = "CPU limit" },
    { "pids", SETTING_NUMBER, offsetof(struct resources, pids),
        .least = 1, .most = 4194304, .allowed = "a number from 1 to 4194304",
        .help = "limit on processes and threads" },
    { 0 },
};

static const struct setting healthcheck_settings[] = {
    { "test", SETTING_CUSTOM, offsetof(struct healthcheck, test),
        .read = read_test, .write = write_words,
        .allowed = "a text for the shell, or [CMD, word, ...]",
        .help = "succeeds when the service is ready" },
    { "interval", SETTING_DURATION, offsetof(struct healthcheck, interval),
        .least = 1000000, .allowed = "a duration: 10s, 1m30s, 500ms",
        .help = "time between two tests" },
    { "timeout", SETTING_DURATION, offsetof(struct healthcheck, timeout),
        .least = 1000000, .allowed = "a duration: 10s, 1m30s, 500ms",
        .help = "time that one test may take" },
    { "retries", SETTING_NUMBER, offsetof(struct healthcheck, retries),
        .least = 1, .most = 10000, .allowed = "a number from 1 to 10000",
        .help = "failures in a row that count" },
    { "startPeriod", SETTING_DURATION, offsetof(struct healthcheck, start_period),
        .least = 0, .allowed = "a duration: 10s, 1m30s, 500ms",
        .help = "time in which failures do not count" },
    { 0 },
};

const struct setting service_settings[] = {
    { "image", SETTING_TEXT, offsetof(struct service, image),
        .required = true, .check = value_is_image,
        .allowed = "an image reference: name, name:tag, host/name@digest",
        .help = "image to run" },
    { "env", SETTING_TEXT_MAP, offsetof(struct service, env),
        .check = value_is_variable, .allowed = "the name of a variable: letters, digits, _",
        .help = "variables, as written" },
    { "volumes", SETTING_CUSTOM, offsetof(struct service, volumes),
        .read = volumes_read, .write = volumes_write, .allowed = "a list of name:/path[:options]",
        .help = "volumes; host paths (./x, ~/x, /x) where they are allowed" },
    { "ports", SETTING_CUSTOM, offsetof(struct service, ports),
        .read = ports_read, .write = ports_write,
        .allowed = "a list of host:container, ip:host:container",
        .help = "ports published on the host" },
    { "workspace", SETTING_TEXT, offsetof(struct service, workspace),
        .check = value_is_container_path, .allowed = "an absolute path inside the container",
        .help = "mounts the project here; becomes the working directory" },
    { "command", SETTING_CUSTOM, offsetof(struct service, command),
        .read = read_words, .write = write_words, .given = offsetof(struct service, command_given),
        .allowed = "a list of words, or a text that is split into words",
        .help = "in place of the image's command" },
    { "entrypoint", SETTING_CUSTOM, offsetof(struct service, entrypoint),
        .read = read_words, .write = write_words,
        .given = offsetof(struct service, entrypoint_given),
        .allowed = "a list of words, or a text that is split into words",
        .help = "in place of the image's entrypoint" },
    { "user", SETTING_TEXT, offsetof(struct service, user),
        .check = value_is_user, .loose = true,
        .allowed = "a user name or id, with :group where wanted",
        .help = "user to run as" },
    { "workingDir", SETTING_TEXT, offsetof(struct service, working_dir),
        .check = value_is_directory, .allowed = "an absolute path inside the container",
        .help = "working directory" },
    { "init", SETTING_BOOL, offsetof(struct service, init),
        .fallback = "false", .allowed = "true or false",
        .help = "the engine's own init as PID 1" },
    { "dependsOn", SETTING_TEXTS, offsetof(struct service, depends_on),
        .check = service_name_is_valid, .allowed = "the name of a service",
        .help = "services that must be up before" },
    { "healthcheck", SETTING_GROUP, offsetof(struct service, healthcheck),
        .given = offsetof(struct service, healthcheck.given), .group = healthcheck_settings,
        .help = "how readiness is told; without one the image's own counts" },
    { "restart", SETTING_CUSTOM, offsetof(struct service, restart),
        .read = read_restart, .write = write_restart,
        .allowed = "\"no\", always, unless-stopped, on-failure[:tries]",
        .help = "when the engine starts it again" },
    { "resources", SETTING_GROUP, offsetof(struct service, resources),
        .group = resources_settings,
        .help = "limits" },
    { "stopGracePeriod", SETTING_DURATION, offsetof(struct service, stop_grace),
        .allowed = "a duration: 10s, 1m30s",
        .help = "time between SIGTERM and SIGKILL" },
    { "egress", SETTING_WORD, offsetof(struct service, egress),
        .words = egress_words, .only = LEVEL_PROFILE, .allowed = "full or none",
        .help = "the way out; without it: none under a restricted network" },
    { 0 },
};
/* clang-format on */

struct service *services_find(const struct services *services, const char *name)
{
    for (size_t i = 0; i < services->n; i++)
        if (strcmp(services->items[i].name, name) == 0)
            return &services->items[i];
    return NULL;
}

struct service *services_add(struct services *services)
{
    services->items = mem_resize(services->items, services->n + 1, sizeof *services->items);
    services->items[services->n] = (struct service){0};
    return &services->items[services->n++];
}

void service_release(struct service *service)
{
    free(service->name);
    free(service->image);
    map_release(&service->env);
    volumes_release(&service->volumes);
    ports_release(&service->ports);
    free(service->workspace);
    strv_release(&service->command);
    strv_release(&service->entrypoint);
    free(service->user);
    free(service->working_dir);
    strv_release(&service->depends_on);
    strv_release(&service->healthcheck.test);
    *service = (struct service){0};
}

void services_remove(struct services *services, const char *name)
{
    struct service *service = services_find(services, name);
    if (!service)
        return;
    size_t i = (size_t)(service - services->items);
    service_release(service);
    memmove(service, service + 1, (services->n - i - 1) * sizeof *service);
    services->n--;
}

void services_release(struct services *services)
{
    for (size_t i = 0; i < services->n; i++)
        service_release(&services->items[i]);
    free(services->items);
    *services = (struct services){0};
}

void services_read(struct schema *schema, const struct node *map, void *field)
{
    struct services *services = field;
    if (!schema_is_map(schema, map))
        return;
    for (size_t i = 0; i < map->n; i++) {
        const struct node *entry = &map->items[i];
        size_t mark = schema_enter(schema, entry->key);
        if (!service_name_is_valid(entry->key))
            diag_add(schema->diag, entry->key_at, schema->path.s,
                "a service's name is 1 to 63 lower-case letters, digits, _ and -, and begins "
                "with a letter or digit");
        else if (service_name_is_reserved(entry->key))
            diag_add(schema->diag, entry->key_at, schema->path.s,
                "the names main, ns, net, bridge-proxy, viewer and claude are ccpod's own");
        else if (services->n == LIMIT_SERVICES)
            diag_add(schema->diag, entry->key_at, schema->path.s, "more than %d services",
                LIMIT_SERVICES);
        else if (schema_is_map(schema, entry)) {
            struct service *service = services_add(services);
            service->name = mem_strdup(entry->key);
            schema_read(schema, service_settings, entry, service);
        }
        schema_leave(schema, mark);
    }
}

json_t *services_write(const void *field)
{
    const struct services *services = field;
    json_t *object = json_object();
    for (size_t i = 0; i < services->n; i++)
        json_object_set_new(
            object, services->items[i].name, schema_write(service_settings, &services->items[i]));
    return object;
}

void services_secrets(const struct services *services, struct strv *ret)
{
    for (size_t i = 0; i < services->n; i++)
        map_foreach (e, &services->items[i].env)
            if (strlen(e->value) >= SECRET_LEAST && env_looks_secret(e->key, e->value))
                strv_add(ret, e->value);
}
