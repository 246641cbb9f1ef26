/* run_prepare.c - the first rows of a run: the engine, what the create request needs, the
 * container itself or the session that runs already. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/guest_abi.h"
#include "base/log.h"
#include "base/path.h"
#include "config/names.h"
#include "docker/engine_error.h"
#include "pod/guest_program.h"
#include "pod/lease.h"
#include "pod/project_state.h"
#include "pod/run_int.h"
#include "pod/spec.h"
#include "pod/store.h"
#include "tty/term.h"

enum {
    GIT_PATIENCE = 5 * SECOND, /* a home on a server that does not answer */
    NAME_LOOKS = 20,
    NAME_AGAIN = 100,
};

char *run_container_name(const struct run_options *o, const char *run_id)
{
    const char *profile = o->resolved->profile.name, *hash = o->resolved->project_hash;
    if (!o->terminal || o->shell)
        return name_main_run(profile, hash, run_id);
    return o->session ? name_main_session(profile, hash, o->session) : name_main(profile, hash);
}

void run_find_engine(struct flow *flow)
{
    struct run *run = run_of(flow);
    run_watch(run);
    run->profile = run->o->resolved->profile.name;
    run->way_back = mem_printf("ccpod %s%s%srun%s%s", run->o->profile ? "--profile " : "",
        run->o->profile ? run->o->profile : "", run->o->profile ? " " : "",
        run->o->session ? " --session " : "", run->o->session ? run->o->session : "");
    discover_begin(&run->discover, &flow->op, run->o->host, &run->engine);
    run->discover.flow.op.background = true; /* we do not wait for it with idle hands */
    run->discover.flow.op.quiet = true;
}

bool run_has_asked(struct flow *flow)
{
    return discover_has_asked(&run_of(flow)->discover);
}

bool run_has_engine(struct flow *flow)
{
    const struct op *discover = &run_of(flow)->discover.flow.op;
    if (discover->ended && error_is_set(&discover->err))
        op_cancel(&flow->op, &discover->err);
    return op_is_done(discover);
}

/* The state directory may belong to the project's owner by now: the guest hands it over. */
static bool make_state_dir(struct run *run, struct error *err)
{
    const struct resolved *r = run->o->resolved;
    struct stat st;
    if (r->state != STATE_PERSISTENT)
        return true;
    run->state_dir = home_state_dir(run->o->home, r->profile.name, r->project_hash);
    cleanup_free char *parent = path_dir(run->state_dir);
    if (!home_make(run->o->home, parent, err))
        return false;
    if (mkdir(run->state_dir, 0700) < 0 && errno != EEXIST)
        return error_set(err, "make %s: %s", run->state_dir, strerror(errno));
    if (lstat(run->state_dir, &st) < 0 || !S_ISDIR(st.st_mode))
        return error_set(err, "%s: not a directory", run->state_dir);
    return true;
}

/* Before anything is started or joined: a session that cannot be recorded as asked does not begin.
 */
bool run_open_record(struct run *run, struct error *err)
{
    return !run->o->record || record_open(&run->record, run->o->record, err);
}

/* What the container needs of this machine; meanwhile the engine says who it is. */
void run_prepare_host(struct flow *flow)
{
    struct run *run = run_of(flow);
    struct error *err = &flow->op.err;
    cleanup_free char *engines = home_engines_dir(run->o->home);
    run->lease = lease_make(run->o->role);
    if (run_open_record(run, err) && make_state_dir(run, err) &&
        home_make(run->o->home, engines, err))
        guest_program_unpack(run->o->home, &run->guest_dir, err);
}

static void make_rundir(struct flow *flow)
{
    struct run *run = container_of(flow, struct run, making_rundir);
    const struct resolved *r = run->o->resolved;
    struct error *err = &flow->op.err;
    cleanup_free char *signature = sweep_signature(&run->engine, run->lease);
    if (!rundir_make(
            &run->rundir, run->o->home, signature, r->profile.name, run->o->merged_dir, err))
        return;
    run->name = run_container_name(run->o, run->rundir.id);
    if (rundir_write_secrets(&run->rundir, &r->env.secret, err) &&
        store_hand_in(run->o->home, r->profile.name, run->rundir.in, err))
        project_state_hand_in(run->o->home, r, &run->rundir, err);
}

static const struct flow_row rundir_rows[] = {
    {"make its run directory", make_rundir, NULL, NO_LIMIT},
};

static const struct op_type rundir_type = {"rundir", flow_step, NULL, NULL, flow_child_ended};

/* All that the create request needs, side by side. What is on this machine comes last: it is done
 * while the engine answers the others. */
void run_prepare(struct flow *flow)
{
    struct run *run = run_of(flow);
    const struct resolved *r = run->o->resolved;
    cleanup_free char *engines = home_engines_dir(run->o->home);

    progress_begin(
        &run->progress, progress_choose(!run->o->terminal || run->o->detach), &run->journal);
    image_begin(&run->image, &flow->op, &run->engine, r->image.reference,
        mem_printf("image.use of the profile %s", r->profile.name), &run->progress,
        progress_add(&run->progress, "image"));
    run_begin_pod(run);
    plugin_volume_begin(&run->plugins, &flow->op, &run->engine, r);
    info_begin(&run->info_call, &flow->op, &run->engine, engines, &run->info);
    flow_begin(&run->making_rundir, &rundir_type, &flow->op, NULL, rundir_rows,
        array_size(rundir_rows), array_size(rundir_rows));
    run->making_rundir.brief = true;
    sweep_begin(
        &run->sweep, &flow->op, &run->engine, run->o->home, r->profile.name, r->project_hash);
}

void run_wants(const struct run_options *o, struct spec_facts *ret)
{
    *ret = (struct spec_facts){.resolved = o->resolved,
        .merged_dir = o->merged_dir,
        .plugin_volume = o->resolved->plugin_volume,
        .role = o->role,
        .session = o->session ? o->session : "",
        .command = o->command,
        .terminal = o->terminal,
        .root = o->root,
        .detached = o->detach,
        .with_stdin = o->n_inputs > 0 || o->terminal};
    if (o->terminal)
        term_size(&ret->rows, &ret->columns);
}

/* Whoever reaches the engine's socket can be anybody inside. That it is done is worth a word. */
static void say_whose(const struct run *run)
{
    struct stat st;
    const char *dir = run->o->resolved->project.dir;
    uid_t me = geteuid();
    if (me == 0 || run->info.is_rootless || stat(dir, &st) < 0 || st.st_uid == me)
        return;
    log_warn("Claude works as the owner of %s (uid %u), not as you", dir, (unsigned)st.st_uid);
}

static bool make_spec(struct run *run, struct error *err)
{
    struct spec_facts facts;
    run_wants(run->o, &facts);
    facts.engine = &run->engine;
    facts.info = &run->info;
    facts.image = image_json(&run->image);
    facts.rundir = &run->rundir;
    facts.guest_dir = run->guest_dir;
    facts.plugin_volume = run->plugins.name;
    facts.state_dir = run->state_dir;
    facts.lease = run->lease;
    run_add_pod(run, &facts);
    if (!spec_main(&facts, &run->spec, err))
        return false;
    run_note_holder(run, json_text_at(run->spec, "HostConfig.NetworkMode"));
    return true;
}

static void send_create(struct run *run)
{
    run->may_exist = true; /* before it is sent: the answer may get lost, the container not */
    container_create(&run->create, &run->flow.op, &run->engine, run->name, run->spec);
    /* A taken name may be a session that runs, or what is left of one: it is looked at. */
    run->create.spec.tolerated[0] = 409;
    run->create.spec.tolerated[1] = 500;
}

/* Whose name stands in commits: the host user's own settings; the project's are not asked. While
 * the engine creates the container: the guest reads it when it starts. */
static void ask_git(struct run *run)
{
    static const char *const argv[] = {
        "git", "config", "--global", "--get-regexp", "^user\\.(name|email)$", NULL};
    child_begin(&run->git, &run->flow.op, (char *const *)(uintptr_t)argv, "/");
    run->git.op.quiet = true;
    op_deadline(&run->git.op, GIT_PATIENCE);
}

/* "user.name Ada Lovelace" and "user.email ..." as git prints them. */
static void hand_in_git(struct run *run)
{
    cleanup_map struct map user = {0};
    char *rest = NULL;
    if (run->git.op.timed_out)
        log_warn("git does not answer: your name and address for commits are not known inside");
    if (!op_is_done(&run->git.op) || run->git.code != 0)
        return;
    for (char *line = strtok_r(run->git.out.s, "\n", &rest); line;
         line = strtok_r(NULL, "\n", &rest)) {
        const char *value = strchr(line, ' ');
        if (!value || !value[1])
            continue;
        if (text_starts(line, "user.name "))
            map_set(&user, GUEST_GIT_NAME, value + 1);
        else if (text_starts(line, "user.email "))
            map_set(&user, GUEST_GIT_EMAIL, value + 1);
    }
    rundir_write_git(&run->rundir, &user, &run->flow.op.err);
}

void run_create(struct flow *flow)
{
    struct run *run = run_of(flow);

    if (!make_spec(run, &flow->op.err))
        return;
    say_whose(run);
    send_create(run);
    ask_git(run);
}

/* The create's answer: an id, a taken name, or an error. */
static void take_id(struct run *run)
{
    const struct call *c = &run->create;
    const char *id = json_text_at(c->json, "Id");
    run->name_taken = engine_error_is_conflict(c->status, c->body.s);
    if (run->name_taken)
        run->may_exist = false; /* what has the name was there before us */
    else if (c->status >= 400)
        engine_error_set(&run->flow.op.err, c->status, c->body.s, c->body.len);
    else if (!id || !*id)
        op_fail(&run->flow.op, "the engine's answer makes no sense: %.*s", LIMIT_FOREIGN_TEXT,
            c->body.s);
    else {
        run->id = mem_strdup(id);
        run_note_container(run, "created");
    }
}

/* The run directory made for a new container goes. */
static void join_session(struct run *run)
{
    rundir_remove(&run->rundir);
    run_join(run, run->leftover.inspect.json);
}

/* Somebody else may be faster each time. Not at once again: the engine keeps the name also for a
 * container that it is about to make, or to forget. */
static void look_at_leftover(struct run *run)
{
    struct op *op = &run->flow.op;
    if (run->name_looks == NAME_LOOKS) {
        op_fail(op, "the name %s is taken again and again", run->name);
        return;
    }
    if (run->name_looks++)
        pause_begin(&run->name_pause, op, NAME_AGAIN);
    leftover_begin(
        &run->leftover, op, &run->engine, run->o->home, run->o->resolved->profile.name, run->name);
}

void run_look_at_name(struct flow *flow)
{
    struct run *run = run_of(flow);
    take_id(run);
    hand_in_git(run);
    if (run->name_taken)
        look_at_leftover(run);
}

/* Created, joined, or failed; else it is looked and tried in turn. */
bool run_is_created(struct flow *flow)
{
    struct run *run = run_of(flow);
    const struct run_options *o = run->o;
    if (!run->name_taken)
        return true;
    if (run->leftover.flow.op.type && run->leftover.running) {
        join_session(run);
        return true;
    }
    if (run->leftover.flow.op.type) {
        leftover_release(&run->leftover);
        run->leftover = (struct leftover){0};
        /* What has just been salvaged may hold the project's latest. */
        if (!project_state_hand_in(o->home, o->resolved, &run->rundir, &flow->op.err))
            return true;
        send_create(run);
        return false;
    }
    take_id(run);
    if (run->name_taken)
        look_at_leftover(run);
    return !run->name_taken || error_is_set(&flow->op.err);
}
