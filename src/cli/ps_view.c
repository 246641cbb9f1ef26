/* ps_view.c - see ps_view.h. */
#include "cli/ps_view.h"

#include <string.h>
#include <unistd.h>

#include "base/json.h"
#include "base/limits.h"
#include "base/map.h"
#include "cli/out.h"
#include "cli/ps_text.h"
#include "pod/ps_watch.h"
#include "tty/term.h"

enum { ROWS_UNKNOWN = 24 };

struct view {
    const struct ps_view_options *o;
    bool terminal, with_stats;
    unsigned drawn;           /* lines of the table that stands on the terminal */
    struct map states, names; /* by id: what was said last */
};

/* --- on a terminal --- */

static void add_usage(struct table *table, const struct ps_usage *usage)
{
    cleanup_str struct str cpu = STR(KIB);
    cleanup_str struct str memory = STR(KIB);
    if (usage->known) {
        str_addf(&cpu, "%.1f%%", usage->cpu);
        str_addf(&memory, "%.1f MiB", (double)usage->memory / MIB);
    }
    table_add(table, cpu.s);
    table_add(table, memory.s);
}

static void make_table(const struct view *view, const struct members *members,
    const struct ps_usage *usages, unsigned columns, struct str *text)
{
    static const char *const plain[] = {
        "NAME", "TYPE", "PROFILE", "STATE", "UPTIME", "IMAGE", "PORTS", "PROJECT", NULL};
    static const char *const full[] = {"NAME", "TYPE", "PROFILE", "STATE", "UPTIME", "CPU",
        "MEMORY", "IMAGE", "PORTS", "PROJECT", NULL};
    struct table table;

    table_init(&table, view->with_stats ? full : plain);
    for (size_t i = 0; i < members->n; i++) {
        const struct member *m = &members->items[i];
        if (!view->o->filter->stopped && !member_is_running(m))
            continue;
        ps_add_first(&table, m);
        if (view->with_stats)
            add_usage(&table, &usages[i]);
        ps_add_last(&table, m);
    }
    ps_fit(&table, columns);
    table_text(&table, out_has_color(), text);
    table_release(&table);
}

/* Over what was drawn before, a line at a time, without wrapping: what is too wide is cut. The
 * last row of the terminal stays free, so that nothing scrolls. */
static bool draw(struct view *view, const struct members *members, const struct ps_usage *usages)
{
    cleanup_str struct str text = STR(LIMIT_HTTP_ANSWER);
    cleanup_str struct str out = STR(LIMIT_HTTP_ANSWER);
    unsigned rows = ROWS_UNKNOWN, columns = 0, n = 0;

    term_size(&rows, &columns);
    make_table(view, members, usages, columns, &text);
    str_addz(&out, "\r\x1b[?7l");
    if (view->drawn >= rows)
        view->drawn = rows - 1; /* it is smaller than it was */
    if (view->drawn)
        str_addf(&out, "\x1b[%uA", view->drawn);
    for (const char *line = text.s; *line && n + 1 < rows; n++) {
        size_t len = strcspn(line, "\n");
        str_add(&out, line, len);
        str_addz(&out, "\x1b[K\r\n");
        line += len + (line[len] == '\n');
    }
    str_addz(&out, "\x1b[J\x1b[?7h");
    view->drawn = n;
    out_bytes(out.s, out.len);
    return out_flush();
}

/* --- elsewhere --- */

static void say(const struct view *view, const struct member *m, const char *state)
{
    cleanup_str struct str line = STR(LIMIT_MESSAGE);
    if (view->o->json) {
        cleanup_json json_t *object = ps_json(m);
        out_json_line(object);
        return;
    }
    str_addf(&line, "%s %s\n", m->name, state);
    out_text(line.s);
}

static void say_removed(const struct view *view, const char *id, const char *name)
{
    cleanup_json json_t *object =
        json_pack("{s:s, s:s, s:s}", "name", name, "id", id, "state", "removed");
    if (view->o->json) {
        out_json_line(object);
    } else {
        out_text(name);
        out_text(" removed\n");
    }
}

static bool is_there(const struct members *members, const char *id)
{
    for (size_t i = 0; i < members->n; i++)
        if (strcmp(members->items[i].id, id) == 0)
            return true;
    return false;
}

static void look_for_removed(struct view *view, const struct members *members)
{
    for (size_t i = 0; i < view->names.n;) {
        const struct map_entry *e = &view->names.items[i];
        if (is_there(members, e->key)) {
            i++;
            continue;
        }
        say_removed(view, e->key, e->value);
        map_remove(&view->states, e->key);
        map_remove(&view->names, e->key);
    }
}

static bool tell(struct view *view, const struct members *members)
{
    for (size_t i = 0; i < members->n; i++) {
        const struct member *m = &members->items[i];
        cleanup_str struct str state = STR(LIMIT_MESSAGE);
        const char *before = map_get(&view->states, m->id);

        ps_state(m, &state);
        /* One that had ended before we came is told of where all are asked for. */
        if (!before && !view->o->filter->stopped && !member_is_running(m))
            continue;
        if (before && strcmp(before, state.s) == 0)
            continue;
        map_set(&view->states, m->id, state.s);
        map_set(&view->names, m->id, m->name);
        say(view, m, state.s);
    }
    look_for_removed(view, members);
    return out_flush();
}

static bool show(void *user, const struct members *members, const struct ps_usage *usages)
{
    struct view *view = user;
    return view->terminal ? draw(view, members, usages) : tell(view, members);
}

bool ps_view(const struct ps_view_options *o, struct error *err)
{
    struct view view = {.o = o, .terminal = term_can_draw(STDOUT_FILENO) && !o->json};
    view.with_stats = view.terminal && !o->no_stats;
    bool ok = ps_watch(&(struct ps_watch_options){.host = o->host,
                           .filter = o->filter,
                           .with_stats = view.with_stats,
                           .on_terminal = view.terminal,
                           .show = show,
                           .user = &view},
        err);
    map_release(&view.states);
    map_release(&view.names);
    return ok;
}
