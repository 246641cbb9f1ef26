/* ps_text.c - see ps_text.h. */
#include "cli/ps_text.h"

#include <string.h>

#include "base/json.h"
#include "base/limits.h"

enum { SHORT_TEXT = 128, NAME_LEAST = 16 };

void ps_state(const struct member *m, struct str *ret)
{
    const char *health = member_health(m);
    int code = member_exit_code(m);

    str_add_harmless(ret, m->state, strlen(m->state), SHORT_TEXT);
    if (*health)
        str_addf(ret, " (%s)", health);
    else if (code >= 0)
        str_addf(ret, " (%d)", code);
}

enum out_mark ps_state_mark(const struct member *m)
{
    const char *health = member_health(m);
    if (strcmp(health, "unhealthy") == 0 || strcmp(m->state, "dead") == 0 ||
        member_exit_code(m) > 0)
        return OUT_BAD;
    return strcmp(m->state, "running") == 0 && strcmp(health, "starting") != 0 ? OUT_GOOD
                                                                               : OUT_PLAIN;
}

void ps_add_first(struct table *table, const struct member *m)
{
    cleanup_str struct str state = STR(LIMIT_MESSAGE);
    cleanup_str struct str uptime = STR(LIMIT_MESSAGE);

    ps_state(m, &state);
    member_uptime(m, &uptime);
    table_add(table, m->name);
    table_add(table, m->type);
    table_add(table, m->profile);
    table_add_marked(table, ps_state_mark(m), state.s);
    table_add(table, uptime.s);
}

void ps_add_last(struct table *table, const struct member *m)
{
    cleanup_strv struct strv ports = {0};
    cleanup_str struct str text = STR(LIMIT_MESSAGE);

    member_ports(m, &ports);
    for (size_t i = 0; i < ports.n; i++)
        str_addf(&text, "%s%s", i ? ", " : "", ports.v[i]);
    table_add(table, m->image);
    table_add(table, text.s);
    table_add(table, m->workdir);
}

void ps_fit(struct table *table, unsigned columns)
{
    if (columns)
        table_fit(table, 0, NAME_LEAST, columns);
}

json_t *ps_json(const struct member *m)
{
    cleanup_strv struct strv ports = {0};
    cleanup_str struct str uptime = STR(LIMIT_MESSAGE);
    int code = member_exit_code(m);

    member_ports(m, &ports);
    member_uptime(m, &uptime);
    json_t *list = json_array();
    for (size_t i = 0; i < ports.n; i++)
        json_array_append_new(list, json_string(ports.v[i]));
    return json_pack("{s:s, s:s, s:s, s:s, s:s, s:o, s:s, s:s, s:o, s:s, s:s, s:s, s:s, s:I}",
        "name", m->name, "type", m->type, "profile", m->profile, "state", m->state, "health",
        member_health(m), "exitCode", code < 0 ? json_null() : json_integer(code), "uptime",
        uptime.s, "image", m->image, "ports", list, "project", m->workdir, "projectHash",
        m->project, "session", m->session, "id", m->id, "created",
        json_int_at(m->json, "Created", 0));
}
