/* sweep.c - see sweep.h. */
#include "pod/sweep.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "base/file.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/path.h"
#include "config/names.h"
#include "pod/leftover.h"
#include "pod/project_state.h"
#include "pod/store.h"

static struct sweep *self(struct flow *flow)
{
    return container_of(flow, struct sweep, flow);
}

/* --- the table --- */

static bool is(const char *text, const char *word)
{
    return strcmp(text, word) == 0;
}

bool sweep_dooms(const struct sweep_facts *f)
{
    bool headless = is(f->role, ROLE_HEADLESS), interactive = is(f->role, ROLE_INTERACTIVE);
    if (f->lease != LEASE_DEAD || f->wanted)
        return false;
    if (is(f->state, "created"))
        return f->age >= SWEEP_CREATED_S;
    if (is(f->state, "running"))
        return headless && f->dead_since >= SWEEP_RUNNING_S;
    if (is(f->state, "exited") || is(f->state, "dead"))
        return headless || interactive; /* others are kept until somebody asks for them */
    return false;
}

/* --- run directories --- */

/* The first line is the lease, the second the engine: a directory whose container is on another
 * engine is not ours to judge. */
char *sweep_signature(const struct engine *engine, const char *lease)
{
    return mem_printf("%s\n%s\n", lease, engine->endpoint.address);
}

static bool is_whole(const char *signature)
{
    const char *end = strchr(signature, '\n');
    return end && strchr(end + 1, '\n');
}

static long long seconds_since(time_t then)
{
    return (long long)(time(NULL) - then);
}

/* One whose maker was killed before it had signed it has no container, and nothing in it. */
static bool is_stillborn(const char *dir)
{
    struct stat st;
    return lstat(dir, &st) == 0 && seconds_since(st.st_mtime) >= SWEEP_CREATED_S;
}

static bool is_dead(const struct sweep *s, const char *dir)
{
    struct stat st;
    cleanup_error struct error ignored = {0};
    cleanup_str struct str text = STR(LIMIT_PATH);
    cleanup_free char *path = path_join(dir, RUNDIR_SIGNATURE);

    if (lstat(path, &st) < 0)
        return errno == ENOENT && is_stillborn(dir);
    if (!file_read(path, FILE_NO_LINKS, &text, &ignored))
        return false;
    if (!is_whole(text.s))
        return is_stillborn(dir);
    size_t n = strcspn(text.s, "\n");
    cleanup_free char *lease = mem_strndup(text.s, n);
    cleanup_free char *expected = sweep_signature(s->engine, lease);
    return is(text.s, expected) && lease_look(lease) == LEASE_DEAD;
}

static void look(struct flow *flow)
{
    struct sweep *s = self(flow);
    cleanup_free char *runs = home_runs_dir(s->home);
    const struct dirent *e;
    DIR *dir = opendir(runs);
    while (dir && (e = readdir(dir)) && s->dead.n < SWEEP_MOST) {
        if (!run_id_is_valid(e->d_name))
            continue;
        cleanup_free char *path = path_join(runs, e->d_name);
        if (is_dead(s, path))
            strv_add(&s->dead, path);
    }
    if (dir)
        closedir(dir);
}

/* Since when the supervisor is missed: the first sweep that misses it leaves a mark. */
static long long dead_since(const char *dir)
{
    struct stat st;
    cleanup_error struct error ignored = {0};
    cleanup_free char *path = path_join(dir, "missed");
    if (lstat(path, &st) == 0)
        return seconds_since(st.st_mtime);
    file_create(path, "", 0, 0600, &ignored);
    return 0;
}

/* --- containers --- */

static void list(struct flow *flow)
{
    struct sweep *s = self(flow);
    cleanup_json json_t *filters = member_filters(&(struct member_filter){.stopped = true});
    if (s->dead.n)
        container_list(&s->list, &flow->op, s->engine, filters, NULL);
}

/* The run directory of a container, if its process is gone; NULL: it is none of these. */
static char *dead_dir(const struct sweep *s, const json_t *container)
{
    cleanup_free char *out = leftover_out_dir(container, s->home);
    cleanup_free char *dir = out ? path_dir(out) : NULL;
    return dir && strv_has(&s->dead, dir) ? take(dir) : NULL;
}

static bool is_doomed(const struct sweep *s, const struct member *m)
{
    cleanup_free char *dir = dead_dir(s, m->json);
    if (m->kind != MEMBER_MAIN || !dir)
        return false;
    return sweep_dooms(&(struct sweep_facts){.role = m->role,
        .state = m->state,
        .lease = lease_look(m->lease),
        .age = seconds_since((time_t)json_int_at(m->json, "Created", 0)),
        .dead_since = dead_since(dir),
        .wanted = !is(m->role, ROLE_HEADLESS) && is(m->profile, s->profile) &&
                  is(m->project, s->project)});
}

static void end_them(struct flow *flow)
{
    struct sweep *s = self(flow);
    members_read(s->list.json, &s->members);
    s->endings = mem_zalloc((s->members.n + 1) * sizeof *s->endings);
    for (size_t i = 0; i < s->members.n && s->n_endings < SWEEP_MOST; i++) {
        const struct member *m = &s->members.items[i];
        if (!is_doomed(s, m))
            continue;
        log_detail("removing what a killed ccpod left: %s", m->name);
        ending_begin(&s->endings[s->n_endings++], &flow->op,
            &(struct ending_spec){
                .engine = s->engine, .home = s->home, .member = m, .grace_s = -1});
    }
}

/* --- directories that no container has --- */

/* Whatever its name is: one that somebody has renamed still mounts it. */
static bool has_container(const struct sweep *s, const char *dir)
{
    size_t i;
    const json_t *container;
    json_array_foreach(s->list.json, i, container)
    {
        cleanup_free char *of = dead_dir(s, container);
        if (of && is(of, dir))
            return true;
    }
    return false;
}

/* What was handed out after the supervisor's end has no other copy: a refresh token works once. */
static void remove_dir(const struct sweep *s, const char *dir)
{
    struct rundir r = {0};
    cleanup_free char *out = path_join(dir, "out");
    rundir_adopt(&r, out);
    cleanup_free char *profile = rundir_profile(&r);
    project_state_keep_from(s->home, out);
    if (!profile || store_take_missed(s->home, profile, &r))
        rundir_remove(&r);
    rundir_release(&r);
}

static void remove_dirs(struct flow *flow)
{
    struct sweep *s = self(flow);
    struct stat st;
    /* Without an answer nothing is known. A create that was sent may still be carried out. */
    for (size_t i = 0; i < s->dead.n && json_is_array(s->list.json); i++)
        if (!has_container(s, s->dead.v[i]) && lstat(s->dead.v[i], &st) == 0 &&
            seconds_since(st.st_mtime) >= SWEEP_CREATED_S)
            remove_dir(s, s->dead.v[i]);
}

static const struct flow_row rows[] = {
    {"look for killed supervisors",  look,        NULL, NO_LIMIT    },
    {"list our containers",          list,        NULL, 30 * SECOND },
    {"end what they left",           end_them,    NULL, 120 * SECOND},
    {"remove their run directories", remove_dirs, NULL, NO_LIMIT    },
};

static const struct op_type sweep_type = {"sweep", flow_step, NULL, NULL, flow_child_ended};

void sweep_begin(struct sweep *s, struct op *parent, const struct engine *engine,
    const struct ccpod_home *home, const char *profile, const char *project)
{
    flow_begin(&s->flow, &sweep_type, parent, NULL, rows, array_size(rows), array_size(rows));
    s->flow.op.background = true;
    s->flow.op.quiet = true;
    s->engine = engine;
    s->home = home;
    s->profile = profile;
    s->project = project;
}

void sweep_release(struct sweep *s)
{
    if (!s->flow.op.type)
        return;
    for (size_t i = 0; i < s->n_endings; i++)
        ending_release(&s->endings[i]);
    free(s->endings);
    members_release(&s->members);
    call_release(&s->list);
    strv_release(&s->dead);
    flow_release(&s->flow);
}
