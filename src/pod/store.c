/* store.c - see store.h. */
#include "pod/store.h"

#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "base/credentials.h"
#include "base/file.h"
#include "base/guest_abi.h"
#include "base/json.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/path.h"
#include "pod/project_state.h"

enum { LOCK_MS = 5000 };

static long long now_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_REALTIME, &t);
    return (long long)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* Reads a file that need not be there; empty where it is not. */
static bool read_if_there(const char *dir, const char *name, struct str *ret, struct error *err)
{
    struct stat st;
    cleanup_free char *path = path_join(dir, name);
    if (lstat(path, &st) < 0)
        return true;
    return file_read(path, FILE_NO_LINKS, ret, err);
}

static bool read_store(const char *dir, const char *name, struct str *ret, struct error *err)
{
    return read_if_there(dir, name, ret, err) ||
           error_hint(err, "move %s/%s away, and log in again", dir, name);
}

static bool copy(
    const char *from_dir, const char *from, const char *to_dir, const char *to, struct error *err)
{
    cleanup_str struct str text = STR(LIMIT_CREDENTIALS);
    if (!read_store(from_dir, from, &text, err))
        return false;
    if (!text.len)
        return true;
    cleanup_free char *path = path_join(to_dir, to);
    return file_renew(path, text.s, text.len, 0600, err);
}

/* What the store has; NULL: nothing, or nothing that is JSON, which is replaced. What cannot be
 * read may hold a login: it is an error, and stays. */
static bool load(const char *dir, const char *name, json_t **ret, struct error *err)
{
    cleanup_error struct error no_json = {0};
    cleanup_str struct str text = STR(LIMIT_CREDENTIALS);
    if (!read_store(dir, name, &text, err))
        return false;
    *ret = text.len ? json_parse(text.s, text.len, name, &no_json) : NULL;
    return true;
}

/* What is known of a session by its out/ directory. Anything may be in `line`. */
struct session {
    json_t *given; /* the account that it was given at its start */
    json_t *line;  /* the logins that it has had: see login_descends() */
};

static void session_release(struct session *s)
{
    json_decref(s->given);
    json_decref(s->line);
}

#define cleanup_session __attribute__((cleanup(session_release)))

static struct session session_of(const char *out_dir)
{
    cleanup_error struct error ignored = {0};
    struct session session = {0};
    struct rundir r = {0};
    rundir_adopt(&r, out_dir);
    load(r.in, GUEST_IN_CLAUDE_JSON, &session.given, &ignored);
    load(r.out, GUEST_OUT_LOGINS, &session.line, &ignored);
    rundir_release(&r);
    return session;
}

/* Refuses what could not be read again. */
static enum store_outcome save(const char *dir, const char *name, const json_t *old,
    const json_t *new, bool *ret_changed, struct error *err)
{
    if (!new || (old && json_equal(old, new)))
        return STORE_DONE;
    cleanup_free char *path = path_join(dir, name);
    cleanup_free char *text = json_line(new);
    size_t n = strlen(text);
    if (n > LIMIT_CREDENTIALS) {
        error_set(err, "%s: with what is known already it is larger than %d bytes", name,
            LIMIT_CREDENTIALS);
        return STORE_REFUSED;
    }
    if (!file_replace(path, text, n, 0600, err))
        return STORE_FAILED;
    *ret_changed = true;
    return STORE_DONE;
}

/* The account's part of what was found, over what is known. `given` is what its session had from
 * us. */
static json_t *merge_account(const json_t *known, const json_t *given, const json_t *found)
{
    json_t *merged = known ? json_deep_copy(known) : json_object();
    cleanup_json json_t *part = account_part(found);
    if (account_is_outdated(known, given, found)) {
        json_object_del(part, "oauthAccount");
        json_object_del(part, "userID");
    }
    json_object_update(merged, part);
    return merged;
}

/* When a session has handed out its credentials, in seconds; 0: it has not. */
static time_t handed_out(const char *out_dir)
{
    struct stat st;
    cleanup_free char *path = path_join(out_dir, GUEST_OUT_CREDENTIALS);
    return lstat(path, &st) < 0 ? 0 : st.st_mtime;
}

static bool is_older(time_t written, const char *dir)
{
    cleanup_free char *store = path_join(dir, ".credentials.json");
    return written < file_written(store);
}

/* What the store has, and what a session has by now; NULL: nothing of that kind. */
struct pair {
    json_t *credentials, *account;
};

static void pair_release(struct pair *p)
{
    json_decref(p->credentials);
    json_decref(p->account);
}

#define cleanup_pair __attribute__((cleanup(pair_release)))

/* Which login is to be kept? A session that does not tell its account, because it runs or was
 * killed, still has the one that it was given, unless it has written its login since the store's.
 * One that had the store's login, and has another by now, has renewed it or has logged in again. */
static enum login_choice choose(const struct pair *known, const struct pair *fresh,
    const struct session *session, bool older, long long now)
{
    const json_t *account = fresh->account ? fresh->account : session->given;
    bool other = login_is_other(known->credentials, known->account, fresh->credentials, account);
    if (other && older)
        return LOGIN_KNOWN;
    if (login_descends(session->line, known->credentials, fresh->credentials, now))
        return LOGIN_FOUND;
    return other && fresh->account ? LOGIN_FOUND : LOGIN_LATER;
}

/* Keys that nobody knows are kept, and may add up. */
static void say_left_out(const char *name, struct error *refused)
{
    if (!error_is_set(refused))
        error_set(refused,
            "%s: the largest of what it holds; with what is known already it would be larger than "
            "%d bytes",
            name, LIMIT_CREDENTIALS_KEPT);
}

/* What was done with one thing, where another was refused meanwhile. */
static enum store_outcome or_refused(
    enum store_outcome outcome, struct error *refused, struct error *err)
{
    if (outcome != STORE_DONE || !error_is_set(refused))
        return outcome;
    error_move(err, refused);
    return STORE_REFUSED;
}

static enum store_outcome merge_in(
    const char *dir, const struct store_found *found, bool *ret_changed, struct error *err)
{
    cleanup_error struct error refused = {0};
    cleanup_pair struct pair known = {0}, fresh = {0}, merged = {0};
    cleanup_session struct session session = session_of(found->out_dir);
    bool older = is_older(found->written, dir);
    long long now = now_ms();

    if (!load(dir, ".credentials.json", &known.credentials, err) ||
        !load(dir, ".claude.json", &known.account, err))
        return STORE_FAILED;
    if (found->claude_json->len)
        fresh.account =
            account_parse(found->claude_json->s, found->claude_json->len, ".claude.json", &refused);
    if (fresh.account)
        merged.account = merge_account(known.account, session.given, fresh.account);
    if (found->credentials->len) {
        fresh.credentials = credentials_parse(
            found->credentials->s, found->credentials->len, now, ".credentials.json", err);
        if (!fresh.credentials)
            return STORE_REFUSED;
        merged.credentials = credentials_merge(known.credentials, fresh.credentials,
            choose(&known, &fresh, &session, older, now), now);
    }
    if (credentials_fit(merged.credentials))
        say_left_out(".credentials.json", &refused);
    if (account_fit(merged.account))
        say_left_out(".claude.json", &refused);
    enum store_outcome outcome =
        save(dir, ".credentials.json", known.credentials, merged.credentials, ret_changed, err);
    if (outcome == STORE_DONE)
        outcome = save(dir, ".claude.json", known.account, merged.account, ret_changed, err);
    return or_refused(outcome, &refused, err);
}

static void hand_over(const struct rundir *r, void *user)
{
    const struct str *credentials = user;
    cleanup_error struct error err = {0};
    cleanup_free char *path = path_join(r->in, GUEST_IN_CREDENTIALS);
    if (file_exists(r->in) && !file_renew(path, credentials->s, credentials->len, 0600, &err))
        log_detail("%s", err.text);
}

/* The guests take it if it is newer than what Claude has. */
static void share(const struct ccpod_home *home, const char *profile, const char *dir)
{
    cleanup_error struct error ignored = {0};
    cleanup_str struct str credentials = STR(LIMIT_CREDENTIALS);
    if (read_if_there(dir, ".credentials.json", &credentials, &ignored) && credentials.len)
        rundir_each(home, profile, hand_over, &credentials);
}

enum store_outcome store_bring_home(const struct ccpod_home *home, const char *profile,
    const struct store_found *found, bool *ret_changed, struct error *err)
{
    *ret_changed = false;
    if (!found->credentials->len && !found->claude_json->len)
        return STORE_DONE;
    cleanup_free char *dir = home_credentials_dir(home, profile);
    cleanup_free char *lock = path_join(dir, ".lock");
    cleanup_close int fd = -1;
    if (!home_make(home, dir, err) || !file_lock(lock, LOCK_MS, &fd, err))
        return STORE_FAILED;
    enum store_outcome outcome = merge_in(dir, found, ret_changed, err);
    if (*ret_changed)
        share(home, profile, dir);
    return outcome;
}

enum store_outcome store_bring_home_from(const struct ccpod_home *home, const char *profile,
    const char *out_dir, bool *ret_changed, struct error *err)
{
    cleanup_error struct error refused = {0};
    cleanup_str struct str credentials = STR(LIMIT_CREDENTIALS);
    cleanup_str struct str claude_json = STR(LIMIT_CREDENTIALS);
    const struct store_found found = {&credentials, &claude_json, out_dir, handed_out(out_dir)};

    *ret_changed = false;
    if (!read_if_there(out_dir, GUEST_OUT_CREDENTIALS, &credentials, err))
        return STORE_REFUSED;
    if (!read_if_there(out_dir, GUEST_OUT_CLAUDE_JSON, &claude_json, &refused))
        str_clear(&claude_json);
    return or_refused(store_bring_home(home, profile, &found, ret_changed, err), &refused, err);
}

bool store_take_missed(const struct ccpod_home *home, const char *profile, const struct rundir *r)
{
    cleanup_error struct error err = {0};
    bool changed;
    enum store_outcome outcome = store_bring_home_from(home, profile, r->out, &changed, &err);
    if (outcome != STORE_DONE)
        log_detail("credentials of run %s were not taken: %s", r->id, err.text);
    return outcome != STORE_FAILED;
}

struct missed {
    const struct ccpod_home *home;
    const char *profile, *dir;
};

static void take_missed(const struct rundir *r, void *user)
{
    const struct missed *m = user;
    time_t t = handed_out(r->out);
    if (t && !is_older(t, m->dir))
        store_take_missed(m->home, m->profile, r);
    project_state_keep_from(m->home, r->out);
}

bool store_hand_in(
    const struct ccpod_home *home, const char *profile, const char *in_dir, struct error *err)
{
    cleanup_free char *dir = home_credentials_dir(home, profile);
    /* A supervisor that was killed has not taken what its guest handed out after that. */
    rundir_each(home, profile, take_missed, &(struct missed){home, profile, dir});
    if (!file_exists(dir))
        return true;
    /* Under the lock: another run that brings newer ones home hands them to us as well. */
    cleanup_free char *lock = path_join(dir, ".lock");
    cleanup_close int fd = -1;
    return file_lock(lock, LOCK_MS, &fd, err) &&
           copy(dir, ".credentials.json", in_dir, GUEST_IN_CREDENTIALS, err) &&
           copy(dir, ".claude.json", in_dir, GUEST_IN_CLAUDE_JSON, err);
}
