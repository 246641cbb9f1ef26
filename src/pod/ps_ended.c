/* ps_ended.c - see ps_ended.h. */
#include "pod/ps_ended.h"

#include <string.h>

#include "base/json.h"
#include "base/str.h"
#include "docker/events.h"

void ps_ended_note(struct ps_ended *e, const json_t *event)
{
    const char *id = event_id(event), *action = json_text_at(event, "Action");
    const char *text = event_attribute(event, "exitCode");
    long long code;

    if (!id || !action)
        return;
    if (!e->statuses)
        e->statuses = json_object();
    if (strcmp(action, "start") == 0)
        json_object_del(e->statuses, id);
    else if (strcmp(action, "die") == 0 && text && text_number(text, 0, 255, &code))
        json_object_set_new(e->statuses, id, json_sprintf("Exited (%lld)", code));
}

static void end_member(struct member *m, json_t *status)
{
    json_object_set_new(m->json, "State", json_string("exited"));
    json_object_set(m->json, "Status", status);
    m->state = json_text_at(m->json, "State");
    m->status = json_string_value(status);
}

void ps_ended_apply(struct ps_ended *e, struct members *members)
{
    json_t *waiting = json_object();
    for (size_t i = 0; i < members->n; i++) {
        struct member *m = &members->items[i];
        json_t *status = json_object_get(e->statuses, m->id);
        if (!status || !member_is_running(m))
            continue;
        json_object_set(waiting, m->id, status);
        end_member(m, status);
    }
    json_decref(e->statuses);
    e->statuses = waiting;
}

void ps_ended_release(struct ps_ended *e)
{
    json_decref(e->statuses);
    e->statuses = NULL;
}
