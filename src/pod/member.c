/* member.c - see member.h. */
#include "pod/member.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/mem.h"
#include "config/names.h"

static const struct json_pick labels_shown[] = {
    {LABEL_OWNER,   NULL},
    {LABEL_TYPE,    NULL},
    {LABEL_PROFILE, NULL},
    {LABEL_PROJECT, NULL},
    {LABEL_WORKDIR, NULL},
    {LABEL_SESSION, NULL},
    {LABEL_IMAGE,   NULL},
    {NULL,          NULL},
};

const struct json_pick member_shown[] = {
    {"Id",      NULL        },
    {"Names",   NULL        },
    {"Image",   NULL        },
    {"Created", NULL        },
    {"Ports",   NULL        },
    {"Labels",  labels_shown},
    {"State",   NULL        },
    {"Status",  NULL        },
    {NULL,      NULL        },
};

json_t *member_filters(const struct member_filter *filter)
{
    char owner[HASH_SHORT + 1];
    json_t *labels = json_array();

    owner_id(owner);
    json_array_append_new(labels, json_sprintf(LABEL_OWNER "=%s", owner));
    if (filter->project)
        json_array_append_new(labels, json_sprintf(LABEL_PROJECT "=%s", filter->project));
    if (filter->profile)
        json_array_append_new(labels, json_sprintf(LABEL_PROFILE "=%s", filter->profile));
    json_t *filters = json_pack("{s:o}", "label", labels);
    if (!filter->stopped)
        json_object_set_new(
            filters, "status", json_pack("[s, s, s]", "running", "paused", "restarting"));
    return filters;
}

/* --- is it ours? --- */

static enum member_kind kind_of(const char *type)
{
    if (strcmp(type, "main") == 0)
        return MEMBER_MAIN;
    if (strcmp(type, "ns") == 0)
        return MEMBER_HOLDER;
    return strcmp(type, "net") == 0 ? MEMBER_NET : MEMBER_SIDECAR;
}

static bool is_number(const char *text)
{
    long long n;
    return isdigit((unsigned char)*text) && text_number(text, 0, 9999, &n);
}

/* What stands behind "PREFIX-" in the name; NULL where it does not begin so. */
static const char *behind(const char *name, const char *prefix)
{
    size_t n = strlen(prefix);
    return strncmp(name, prefix, n) == 0 && name[n] == '-' ? name + n + 1 : NULL;
}

static bool is_name_of_main(const struct member *m, const char *name)
{
    cleanup_free char *prefix = name_main(m->profile, m->project);
    const char *rest = behind(name, prefix);
    if (*m->session)
        return rest && strcmp(rest, m->session) == 0;
    return strcmp(name, prefix) == 0 || (rest && run_id_is_valid(rest));
}

static bool is_name_of_holder(const struct member *m, const char *name)
{
    cleanup_free char *first = name_holder(m->profile, m->project, 0);
    size_t n = strlen(first) - 1;
    return strncmp(name, first, n) == 0 && is_number(name + n);
}

static bool is_name(const struct member *m, const char *name)
{
    cleanup_free char *one = NULL;
    switch (m->kind) {
    case MEMBER_MAIN:
        return is_name_of_main(m, name);
    case MEMBER_HOLDER:
        return is_name_of_holder(m, name);
    case MEMBER_NET:
        one = name_network(m->profile, m->project);
        return strcmp(name, one) == 0;
    case MEMBER_SIDECAR:
        break;
    }
    one = name_service(m->profile, m->project, m->type);
    return service_name_is_valid(m->type) && strcmp(name, one) == 0;
}

/* A container has more names where others link to it. */
static bool find_name(struct member *m)
{
    size_t i;
    const json_t *each;
    json_array_foreach(json_object_get(m->json, "Names"), i, each)
    {
        const char *name = json_string_value(each);
        if (!name)
            continue;
        m->name = name + (*name == '/');
        if (is_name(m, m->name))
            return true;
    }
    return false;
}

static bool is_project_hash(const char *text)
{
    return strlen(text) == HASH_SHORT && strspn(text, "0123456789abcdef") == HASH_SHORT;
}

static const char *text_of(const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));
    return text ? text : "";
}

static bool read_member(json_t *json, const char *owner, struct member *m)
{
    cleanup_error struct error ignored = {0};
    const json_t *labels = json_object_get(json, "Labels");

    *m = (struct member){.json = json,
        .id = text_of(json, "Id"),
        .type = text_of(labels, LABEL_TYPE),
        .profile = text_of(labels, LABEL_PROFILE),
        .project = text_of(labels, LABEL_PROJECT),
        .workdir = text_of(labels, LABEL_WORKDIR),
        .role = text_of(labels, LABEL_ROLE),
        .session = text_of(labels, LABEL_SESSION),
        .lease = text_of(labels, LABEL_LEASE),
        .state = text_of(json, "State"),
        .status = text_of(json, "Status"),
        .image = text_of(labels, LABEL_IMAGE)};
    if (!*m->image)
        m->image = text_of(json, "Image");
    m->kind = kind_of(m->type);
    return *m->id && *m->type && strcmp(text_of(labels, LABEL_OWNER), owner) == 0 &&
           profile_name_check(m->profile, &ignored) && is_project_hash(m->project) && find_name(m);
}

static int compare(const void *left, const void *right)
{
    const struct member *a = left, *b = right;
    int order = strcmp(a->workdir, b->workdir);
    if (!order)
        order = strcmp(a->project, b->project);
    if (!order)
        order = strcmp(a->profile, b->profile);
    if (!order)
        order = (a->kind > b->kind) - (a->kind < b->kind);
    return order ? order : strcmp(a->name, b->name);
}

void members_read(const json_t *list, struct members *ret)
{
    size_t i, n = json_array_size(list);
    json_t *each;
    char owner[HASH_SHORT + 1];

    owner_id(owner);
    ret->items = mem_alloc((n + 1) * sizeof *ret->items);
    ret->n = 0;
    json_array_foreach(list, i, each)
    {
        if (read_member(each, owner, &ret->items[ret->n])) {
            json_incref(each);
            ret->n++;
        }
    }
    if (ret->n)
        qsort(ret->items, ret->n, sizeof *ret->items, compare);
}

void members_release(struct members *members)
{
    for (size_t i = 0; i < members->n; i++)
        json_decref(members->items[i].json);
    free(members->items);
    *members = (struct members){0};
}

/* --- what it does --- */

bool member_is_running(const struct member *m)
{
    return strcmp(m->state, "running") == 0 || strcmp(m->state, "paused") == 0 ||
           strcmp(m->state, "restarting") == 0;
}

const char *member_health(const struct member *m)
{
    if (strstr(m->status, "(healthy)"))
        return "healthy";
    if (strstr(m->status, "(unhealthy)"))
        return "unhealthy";
    return strstr(m->status, "(health: starting)") ? "starting" : "";
}

int member_exit_code(const struct member *m)
{
    static const char begin[] = "Exited (";
    if (!text_starts(m->status, begin))
        return -1;
    char *end;
    long code = strtol(m->status + strlen(begin), &end, 10);
    return *end == ')' && code >= 0 && code <= 255 ? (int)code : -1;
}

void member_uptime(const struct member *m, struct str *ret)
{
    if (!text_starts(m->status, "Up "))
        return;
    const char *text = m->status + 3, *end = strstr(text, " (");
    str_add_harmless(ret, text, end ? (size_t)(end - text) : strlen(text), ret->max / 2);
}

void member_ports(const struct member *m, struct strv *ret)
{
    size_t i;
    const json_t *port;
    json_array_foreach(json_object_get(m->json, "Ports"), i, port)
    {
        long long public = json_int_at(port, "PublicPort", 0);
        const char *ip = text_of(port, "IP");
        bool is_v6 = strchr(ip, ':');
        if (public)
            strv_addf(ret, "%s%s%s:%lld->%lld/%s", is_v6 ? "[" : "", ip, is_v6 ? "]" : "", public,
                json_int_at(port, "PrivatePort", 0), text_of(port, "Type"));
    }
}

void member_short_name(const struct member *m, struct str *ret)
{
    cleanup_free char *prefix = NULL;
    switch (m->kind) {
    case MEMBER_MAIN:
        prefix = name_main(m->profile, m->project);
        str_addf(ret, "claude%s", m->name + strlen(prefix));
        return;
    case MEMBER_HOLDER:
        prefix = name_holder(m->profile, m->project, 0);
        str_addf(ret, "ns-%s", m->name + strlen(prefix) - 1);
        return;
    case MEMBER_NET:
    case MEMBER_SIDECAR:
        str_addz(ret, m->type);
    }
}
