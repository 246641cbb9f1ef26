/* sync.c - see sync.h.
 *
 * Rows: ask -> init -> remote -> fetch (-> fetch all) -> check out -> put in place; then clean up.
 * Rows behind the first do nothing when the clone turns out to be the newest. Every git runs with
 * hooks off, and without the variables that a surrounding git (a hook that runs ccpod) has set. */
#include "profile/sync.h"

#include <stdlib.h>
#include <string.h>
#include <sys/time.h>

#include "base/file.h"
#include "base/log.h"
#include "base/mem.h"
#include "loop/loop.h"

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

/* Starts git in the new clone (or anywhere, if there is none yet); words end with NULL. */
static void git_begin(struct sync *s, const char *const *words)
{
    static const char *const prefix[] = {"env", "-u", "GIT_DIR", "-u", "GIT_WORK_TREE", "-u",
        "GIT_INDEX_FILE", "-u", "GIT_OBJECT_DIRECTORY", "-u", "GIT_NAMESPACE",
        "GIT_TERMINAL_PROMPT=0", "GIT_ASKPASS=false", "SSH_ASKPASS=false",
        "SSH_ASKPASS_REQUIRE=force", "GIT_LFS_SKIP_SMUDGE=1", "LC_ALL=C", "git", "-c",
        "core.hooksPath=/dev/null", "-c", "core.fsmonitor=false", "-c", "gc.auto=0", "-c",
        "submodule.recurse=false"};
    cleanup_strv struct strv argv = {0};
    for (size_t i = 0; i < array_size(prefix); i++)
        strv_add(&argv, prefix[i]);
    for (size_t i = 0; words[i]; i++)
        strv_add(&argv, words[i]);
    child_release(&s->git);
    child_begin(&s->git, &s->flow.op, argv.v, s->temporary ? s->temporary : "/");
}

/* The line of git's that says why: the last one that begins with "fatal:", else the last. */
static char *git_reason(const struct child *git)
{
    const char *found = "", *fatal = NULL;
    if (git->code == EXIT_CODE_NOT_FOUND && !strstr(git->err.s, "fatal:"))
        return mem_strdup("git is not installed");
    for (const char *s = git->err.s; *s; s += strcspn(s, "\n")) {
        s += *s == '\n';
        if (*s && *s != '\n')
            found = s;
        if (text_starts(s, "fatal:"))
            fatal = s + strlen("fatal: ");
    }
    found = fatal && *fatal ? fatal : found;
    return *found ? mem_strndup(found, strcspn(found, "\n"))
                  : mem_printf("git ended with code %d", git->code);
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
    struct sync *s = sync_of(flow);
    const char *repo = s->profile->config.repo, *ref = s->profile->config.ref;

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
    git_begin(s, ref ? (const char *const[]){"ls-remote", "--", repo, tag, peeled, head, NULL}
                     : (const char *const[]){"ls-remote", "--", repo, "HEAD", NULL});
}

/* The commit in ls-remote's lines ("SHA<tab>NAME"); a tag's own object counts only where no
 * commit behind it is named. */
static void remote_commit(const struct child *git, char *ret, size_t size)
{
    bool sure = false;
    for (const char *s = git->out.s; *s;) {
        size_t line = strcspn(s, "\n"), sha = strcspn(s, "\t");
        if (sha < size && sha < line && !sure) {
            memcpy(ret, s, sha);
            ret[sha] = '\0';
            sure = line > 3 && strncmp(s + line - 3, "^{}", 3) == 0;
        }
        s += line + (s[line] == '\n');
    }
}

static void begin_init(struct flow *flow)
{
    struct sync *s = sync_of(flow);
    char commit[65] = "";

    if (!s->needed && s->git.op.type) {
        remote_commit(&s->git, commit, sizeof commit);
        s->needed = strcmp(commit, s->clone.head) != 0;
    }
    if (!s->needed)
        return;
    s->temporary = clone_make_temporary(s->profile, &flow->op.err);
    if (s->temporary)
        git_begin(s, (const char *const[]){"init", "-q", NULL});
}

static void begin_remote(struct flow *flow)
{
    struct sync *s = sync_of(flow);
    if (s->needed)
        git_begin(s,
            (const char *const[]){"remote", "add", "--", "origin", s->profile->config.repo, NULL});
}

static void begin_fetch(struct flow *flow)
{
    struct sync *s = sync_of(flow);
    const char *ref = s->profile->config.ref;
    if (s->needed)
        git_begin(s, (const char *const[]){"fetch", "-q", "--depth=1", "--no-tags", "origin",
                         ref ? ref : "HEAD", NULL});
}

/* A remote that gives no single commit, or takes no short one's name, is asked for everything. */
static void begin_fetch_all(struct flow *flow)
{
    struct sync *s = sync_of(flow);
    s->shallow = s->needed && s->git.code == 0;
    if (!s->needed || s->shallow)
        return;
    git_begin(s, s->profile->config.ref
                     ? (const char *const[]){"fetch", "-q", "--tags", "--update-head-ok", "origin",
                           "+refs/heads/*:refs/heads/*", NULL}
                     : (const char *const[]){"fetch", "-q", "origin", "HEAD", NULL});
}

static void begin_check_out(struct flow *flow)
{
    struct sync *s = sync_of(flow);
    const char *ref = s->profile->config.ref;
    if (s->needed)
        git_begin(s, (const char *const[]){"checkout", "-q", "--detach",
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

/* The repository without user and password, which have no place in a message. */
static char *repo_shown(const char *repo)
{
    const char *rest = strstr(repo, "://");
    const char *at = rest ? strchr(rest, '@') : NULL;
    if (!at || at > rest + 3 + strcspn(rest + 3, "/"))
        return mem_strdup(repo);
    return mem_printf("%.*s%s", (int)(rest + 3 - repo), repo, at + 1);
}

/* A failure with a good copy at hand is a warning. */
static void ended(struct op *op)
{
    struct sync *s = container_of(op, struct sync, flow.op);
    cleanup_free char *repo = repo_shown(s->profile->config.repo);
    if (!error_is_set(&op->err))
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

static const struct op_type sync_type = {"sync", flow_step, NULL, ended, flow_child_ended};

/* What stands between "//" and "@" in an address may be a token. */
static void keep_secret(const char *repo)
{
    const char *rest = strstr(repo, "://");
    size_t n = rest ? strcspn(rest + 3, "@/") : 0;
    if (!n || rest[3 + n] != '@')
        return;
    cleanup_free char *user = mem_strndup(rest + 3, n);
    log_secret(strchr(user, ':') ? strchr(user, ':') + 1 : user);
}

static void begin(
    struct sync *s, struct op *parent, struct loop *loop, const struct profile *p, bool force)
{
    *s = (struct sync){.profile = p};
    bool is_git = p->config.kind == SOURCE_GIT;
    if (is_git) {
        keep_secret(p->config.repo);
        clone_look(p, &s->clone);
    }
    bool due = is_git && (force || clone_is_due(p, &s->clone, now_ms()));
    flow_begin(
        &s->flow, &sync_type, parent, loop, rows, due ? array_size(rows) : 0, due ? TEARDOWN : 0);
}

void sync_begin(struct sync *s, struct op *parent, const struct profile *p, bool force)
{
    begin(s, parent, NULL, p, force);
}

void sync_release(struct sync *s)
{
    if (s->git.op.type)
        child_release(&s->git);
    flow_release(&s->flow);
    free(s->temporary);
    free(s->warning);
}

bool sync_now(const struct profile *p, bool force, enum sync_outcome *ret, char **ret_warning,
    struct error *err)
{
    struct clone clone;
    *ret = SYNC_NOT_DUE;
    *ret_warning = NULL;
    if (p->config.kind != SOURCE_GIT)
        return true;
    clone_look(p, &clone);
    if (!force && !clone_is_due(p, &clone, now_ms()))
        return true;

    struct loop *loop = mem_alloc(sizeof *loop);
    struct sync *s = mem_alloc(sizeof *s);
    loop_init(loop);
    begin(s, NULL, loop, p, force);
    loop_run(loop, &s->flow.op, NULL);
    loop_close(loop);
    free(loop);
    bool ok = !error_is_set(&s->flow.op.err);
    error_move(err, &s->flow.op.err);
    *ret = s->outcome;
    *ret_warning = take(s->warning);
    sync_release(s);
    free(s);
    return ok;
}
