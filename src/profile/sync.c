/* sync.c - see sync.h.
 *
 * Rows: ask -> init -> remote -> fetch (-> fetch all) -> check out -> put in place; then clean up.
 * Rows behind the first do nothing when the clone turns out to be the newest. */
#include "profile/sync.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>

#include "base/file.h"
#include "base/log.h"
#include "base/mem.h"
#include "loop/flow.h"
#include "loop/loop.h"
#include "loop/signals.h"
#include "profile/clone.h"
#include "profile/git.h"

struct sync {
    struct flow flow;
    const struct profile *profile;
    struct clone clone; /* as it was */
    struct signals signals;
    struct child git;
    char *temporary;
    bool needed;      /* a new clone has to be made */
    bool shallow;     /* it was fetched without history */
    bool interrupted; /* by a signal */
    enum sync_outcome outcome;
    char *warning; /* NULL: none */
};

static struct sync *sync_of(struct flow *flow)
{
    return container_of(flow, struct sync, flow);
}

static long long now_ms(void)
{
    struct timeval now;
    gettimeofday(&now, NULL);
    return now.tv_sec * 1000LL + now.tv_usec / 1000;
}

/* Starts git in the new clone, or anywhere where there is none yet. */
static void begin_git(struct sync *s, const char *const *words)
{
    if (s->git.op.type)
        child_release(&s->git);
    git_begin(&s->git, &s->flow.op, s->temporary ? s->temporary : "/", words);
}

/* A row with git is ready when that has ended well; a row that had nothing to do finds the last
 * good end. */
static bool git_went_well(struct flow *flow)
{
    struct sync *s = sync_of(flow);
    if (s->git.code == 0)
        return true;
    cleanup_free char *why = git_reason(&s->git);
    return op_fail(&flow->op, "%s", why);
}

static bool is_commit(const char *ref)
{
    size_t n = strspn(ref, "0123456789abcdef");
    return !ref[n] && (n == 40 || n == 64);
}

static void begin_ask(struct flow *flow)
{
    static const int wanted[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT, 0};
    struct sync *s = sync_of(flow);
    const char *repo = s->profile->config.repo, *ref = s->profile->config.ref;

    signals_begin(&s->signals, &flow->op, wanted);
    if (s->clone.foreign) {
        op_fail(&flow->op, "%s is not a clone: move it away", s->profile->config.path);
        return;
    }
    clone_sweep(s->profile);
    s->needed = !s->clone.exists || !s->clone.same_ref || !*s->clone.head;
    if (s->needed || (ref && is_commit(ref))) /* a commit does not become newer */
        return;
    cleanup_free char *tag = ref ? mem_printf("refs/tags/%s", ref) : NULL;
    cleanup_free char *peeled = ref ? mem_printf("refs/tags/%s^{}", ref) : NULL;
    cleanup_free char *head = ref ? mem_printf("refs/heads/%s", ref) : NULL;
    begin_git(s, ref ? (const char *const[]){"ls-remote", "--", repo, tag, peeled, head, NULL}
                     : (const char *const[]){"ls-remote", "--", repo, "HEAD", NULL});
}

static void begin_init(struct flow *flow)
{
    struct sync *s = sync_of(flow);
    char commit[65] = "";

    if (!s->needed && s->git.op.type) {
        git_listed_commit(&s->git, commit, sizeof commit);
        s->needed = strcmp(commit, s->clone.head) != 0;
    }
    if (!s->needed)
        return;
    cleanup_free char *repo = git_repo_shown(s->profile->config.repo);
    log_news("fetching the config tree of the profile %s from %s", s->profile->name, repo);
    s->temporary = clone_make_temporary(s->profile, &flow->op.err);
    if (s->temporary)
        begin_git(s, (const char *const[]){"init", "-q", NULL});
}

static void begin_remote(struct flow *flow)
{
    struct sync *s = sync_of(flow);
    if (s->needed)
        begin_git(s,
            (const char *const[]){"remote", "add", "--", "origin", s->profile->config.repo, NULL});
}

static void begin_fetch(struct flow *flow)
{
    struct sync *s = sync_of(flow);
    const char *ref = s->profile->config.ref;
    if (s->needed)
        begin_git(s, (const char *const[]){"fetch", "-q", "--depth=1", "--no-tags", "origin",
                         ref ? ref : "HEAD", NULL});
}

/* A remote that gives no single commit, or takes no short one's name, is asked for everything. */
static void begin_fetch_all(struct flow *flow)
{
    struct sync *s = sync_of(flow);
    s->shallow = s->needed && s->git.code == 0;
    if (!s->needed || s->shallow)
        return;
    begin_git(s, s->profile->config.ref
                     ? (const char *const[]){"fetch", "-q", "--tags", "--update-head-ok", "origin",
                           "+refs/heads/*:refs/heads/*", NULL}
                     : (const char *const[]){"fetch", "-q", "origin", "HEAD", NULL});
}

static void begin_check_out(struct flow *flow)
{
    struct sync *s = sync_of(flow);
    const char *ref = s->profile->config.ref;
    if (s->needed)
        begin_git(s, (const char *const[]){"checkout", "-q", "--detach",
                         s->shallow || !ref ? "FETCH_HEAD" : ref, NULL});
}

static bool is_checked_out(struct flow *flow)
{
    struct sync *s = sync_of(flow);
    const char *ref = s->profile->config.ref;
    if (s->git.code == 0 || s->shallow || !ref)
        return git_went_well(flow);
    return op_fail(&flow->op, "there is no branch, tag or commit %s", ref);
}

static void begin_put(struct flow *flow)
{
    struct sync *s = sync_of(flow);
    s->outcome = s->needed ? SYNC_UPDATED : SYNC_UNCHANGED;
    if ((s->needed && !clone_put(s->profile, s->temporary, &flow->op.err)) ||
        !clone_note(s->profile, now_ms(), &flow->op.err))
        return;
}

static void begin_clean(struct flow *flow)
{
    struct sync *s = sync_of(flow);
    /* After a success the name is that of the old clone, which others may be reading. */
    if (s->temporary && error_is_set(&flow->op.err))
        file_remove_tree(s->temporary);
}

static const struct flow_row rows[] = {
    {"ask for the newest commit", begin_ask,       git_went_well,  30 * SECOND },
    {"make a new clone",          begin_init,      git_went_well,  30 * SECOND },
    {"name its remote",           begin_remote,    git_went_well,  30 * SECOND },
    {"fetch",                     begin_fetch,     NULL,           120 * SECOND},
    {"fetch everything",          begin_fetch_all, git_went_well,  600 * SECOND},
    {"check it out",              begin_check_out, is_checked_out, 120 * SECOND},
    {"put it in place",           begin_put,       NULL,           30 * SECOND },
    {"clean up",                  begin_clean,     NULL,           30 * SECOND },
};
enum { TEARDOWN = 7 };

/* A failure with a good copy at hand is a warning. */
static void ended(struct op *op)
{
    struct sync *s = container_of(op, struct sync, flow.op);
    cleanup_free char *repo = git_repo_shown(s->profile->config.repo);
    if (!error_is_set(&op->err) || s->interrupted)
        return;
    if (!s->clone.exists || !s->clone.same_repo || !s->clone.same_ref) {
        error_wrap(&op->err, "bring the profile %s up to date from %s", s->profile->name, repo);
        return;
    }
    s->outcome = SYNC_KEPT;
    s->warning = mem_printf("the profile %s is not brought up to date from %s: %s; the copy that "
                            "is there goes on",
        s->profile->name, repo, op->err.text);
    error_clear(&op->err);
}

static void step(struct op *op)
{
    struct sync *s = container_of(op, struct sync, flow.op);
    int sig;
    while ((sig = signals_next(&s->signals))) {
        cleanup_error struct error why = {0};
        s->interrupted = true;
        error_set_code(&why, EXIT_CODE_SIGNAL + sig, "interrupted (%s)", strsignal(sig));
        op_cancel(op, &why);
    }
    flow_step(op);
}

static const struct op_type sync_type = {"sync", step, NULL, ended, flow_child_ended};

static void release(struct sync *s)
{
    if (s->git.op.type)
        child_release(&s->git);
    flow_release(&s->flow);
    free(s->temporary);
    free(s->warning);
    free(s);
}

bool sync_now(const struct profile *p, bool force, enum sync_outcome *ret, char **ret_warning,
    struct error *err)
{
    struct clone clone;
    *ret = SYNC_NOT_DUE;
    *ret_warning = NULL;
    if (p->config.kind != SOURCE_GIT)
        return true;
    git_keep_secret(p->config.repo);
    clone_look(p, &clone);
    if (!force && !clone_is_due(p, &clone, now_ms()))
        return true;

    struct loop *loop = mem_alloc(sizeof *loop);
    struct sync *s = mem_zalloc(sizeof *s);
    s->profile = p;
    s->clone = clone;
    loop_init(loop);
    flow_begin(&s->flow, &sync_type, NULL, loop, rows, array_size(rows), TEARDOWN);
    loop_run(loop, &s->flow.op, NULL);
    loop_close(loop);
    free(loop);
    bool ok = !error_is_set(&s->flow.op.err);
    error_move(err, &s->flow.op.err);
    *ret = s->outcome;
    *ret_warning = take(s->warning);
    release(s);
    return ok;
}

bool sync_for_run(struct resolved *r, struct error *err)
{
    enum sync_outcome outcome;
    char *warning;
    if (!sync_now(&r->profile, false, &outcome, &warning, err))
        return false;
    if (warning)
        strv_take(&r->warnings, warning);
    return true;
}
