/* watch.c - see watch.h. */
#include "guest/watch.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

#include "base/credentials.h"
#include "base/guest_abi.h"
#include "base/json.h"
#include "base/mem.h"
#include "guest/claude_files.h"

/* The directory itself is watched, whatever may stand at its path by now. */
static int add_watch(const struct watch *watch, const struct safe_dir *dir, struct error *err)
{
    char self[64];
    snprintf(self, sizeof self, "/proc/self/fd/%d", dir->fd);
    int on = inotify_add_watch(watch->readable, self, IN_CLOSE_WRITE | IN_MOVED_TO | IN_ONLYDIR);
    if (on < 0)
        error_set(err, "watch %s: %s", dir->path, strerror(errno));
    return on;
}

static void keep(json_t **place, json_t *value)
{
    json_decref(*place);
    *place = value;
}

/* Claude's account beside its credentials; NULL where it tells none. */
static json_t *read_account(const struct watch *watch)
{
    json_t *account = NULL;
    cleanup_error struct error of_no_use = {0};
    claude_read_json(&watch->json_dir, CLAUDE_JSON, watch->uid, &account, &of_no_use);
    return account;
}

static long long clock_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1000LL + t.tv_nsec / 1000000;
}

/* Is the login that Claude has now to be kept, whatever the times say? */
static enum login_choice choose(
    const struct watch *watch, const json_t *found, const json_t *account, long long now)
{
    bool had_time = !watch->given_at || clock_ms() - watch->given_at > WATCH_RENEWING_MS;
    if (had_time && login_descends(watch->line, watch->known, found, now))
        return LOGIN_FOUND;
    return login_is_other(watch->known, watch->known_account, found, account) ? LOGIN_FOUND
                                                                              : LOGIN_LATER;
}

/* The line first: with an older login it does no harm. */
static bool write_out(const struct watch *watch, const json_t *credentials, struct error *err)
{
    return (json_array_size(watch->line) < 2 ||
               claude_write_json(&watch->out, GUEST_OUT_LOGINS, watch->line, SAFE_REPLACE, err)) &&
           claude_write_json(&watch->out, GUEST_OUT_CREDENTIALS, credentials, SAFE_REPLACE, err);
}

/* What Claude has now, to the outside if it is newer. */
static bool hand_out(struct watch *watch, struct error *err)
{
    cleanup_error struct error not_valid = {0};
    cleanup_json json_t *found = NULL;
    if (claude_read_credentials(
            &watch->config, CLAUDE_CREDENTIALS, watch->uid, &found, &not_valid) != SAFE_FOUND ||
        (watch->known && json_equal(watch->known, found)))
        return true;

    cleanup_json json_t *account = read_account(watch);
    long long now = claude_now_ms();
    cleanup_json json_t *merged =
        credentials_merge(watch->known, found, choose(watch, found, account, now), now);
    cleanup_json json_t *out = credentials_within_limit(merged, found);
    login_line_add(watch->line, found); /* where it was not chosen, before the one that was */
    login_line_add(watch->line, merged);
    if (watch->known && json_equal(watch->known, out))
        return true;
    if (!write_out(watch, out, err))
        return false;
    keep(&watch->known, take(out));
    if (account)
        keep(&watch->known_account, take(account));
    return true;
}

/* Where Claude has what was handed in before, the store knew that and has another by now. */
static enum login_choice choose_given(
    const struct watch *watch, const json_t *current, const json_t *renewed, long long now)
{
    return login_is_same(watch->given, current) && !login_is_far(renewed, now) ? LOGIN_FOUND
                                                                               : LOGIN_LATER;
}

/* What another session renewed, to Claude if it is newer than what Claude has. A user who has
 * logged out here stays logged out. */
static bool hand_in(struct watch *watch, struct error *err)
{
    cleanup_error struct error not_valid = {0};
    cleanup_json json_t *renewed = NULL, *current = NULL;

    watch->renewed = false;
    if (claude_read_credentials(
            &watch->in, GUEST_IN_CREDENTIALS, SAFE_ANY_OWNER, &renewed, &not_valid) != SAFE_FOUND)
        return true;
    enum safe_found found = claude_read_credentials(
        &watch->config, CLAUDE_CREDENTIALS, watch->uid, &current, &not_valid);
    if (found == SAFE_REFUSED) {
        watch->renewed = true; /* half written, perhaps: looked at again when it changes */
        return true;
    }
    if (credentials_have_login(watch->known) && !credentials_have_login(current))
        return true;

    long long now = claude_now_ms();
    enum login_choice choice = choose_given(watch, current, renewed, now);
    cleanup_json json_t *merged = credentials_merge(current, renewed, choice, now);
    credentials_fit(merged);
    if (!(current && json_equal(current, merged)) &&
        !claude_write_json(&watch->config, CLAUDE_CREDENTIALS, merged, SAFE_REPLACE, err))
        return false;
    if (!login_is_same(current, merged))
        watch->given_at = clock_ms();
    keep(&watch->known, credentials_merge(watch->known, renewed, choice, now));
    keep(&watch->given, take(renewed));
    login_line_add(watch->line, watch->known);
    return true;
}

bool watch_begin(struct watch *watch, const struct guest *guest, struct error *err)
{
    const struct itimerspec once = {.it_value.tv_sec = WATCH_AFTER_MS / 1000,
        .it_value.tv_nsec = WATCH_AFTER_MS % 1000 * 1000000L};
    cleanup_error struct error not_valid = {0};

    *watch = (struct watch){.readable = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC),
        .uid = guest->user.uid,
        .config = SAFE_DIR,
        .json_dir = SAFE_DIR,
        .home = SAFE_DIR,
        .in = SAFE_DIR,
        .out = SAFE_DIR};
    if (watch->readable < 0 || timerfd_settime(watch->readable, 0, &once, NULL) < 0)
        return error_set(err, "set a timer: %s", strerror(errno));
    if (!safe_dir_open(&watch->config, guest->config_dir, err) ||
        !safe_dir_open(&watch->json_dir, guest->json_dir, err) ||
        !safe_dir_open(&watch->home, guest->user.home, err) ||
        !safe_dir_open(&watch->in, GUEST_IN_DIR, err) ||
        !safe_dir_open(&watch->out, GUEST_OUT_DIR, err))
        return false;
    claude_read_credentials(
        &watch->config, CLAUDE_CREDENTIALS, watch->uid, &watch->known, &not_valid);
    watch->known_account = read_account(watch);
    watch->given = json_incref(watch->known);
    watch->line = json_array();
    login_line_add(watch->line, watch->known);
    return true;
}

/* The timer has run out: inotify in its place, and a look at what has changed until now. */
static bool begin_inotify(struct watch *watch, struct error *err)
{
    close(watch->readable);
    watch->begun = true;
    watch->readable = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
    if (watch->readable < 0)
        return error_set(err, "watch the credentials: %s", strerror(errno));
    watch->on_config = add_watch(watch, &watch->config, err);
    watch->on_in = add_watch(watch, &watch->in, err);
    return hand_out(watch, err) && hand_in(watch, err);
}

static void note_event(struct watch *watch, const struct inotify_event *event, bool *ret_changed)
{
    const char *name = event->len ? event->name : "";
    if (event->mask & IN_Q_OVERFLOW)
        watch->renewed = *ret_changed = true;
    else if (event->wd == watch->on_in && strcmp(name, GUEST_IN_CREDENTIALS) == 0)
        watch->renewed = true;
    else if (event->wd == watch->on_config && strcmp(name, CLAUDE_CREDENTIALS) == 0)
        *ret_changed = true;
}

static bool read_events(struct watch *watch)
{
    _Alignas(struct inotify_event) char events[4096];
    bool changed = false;
    ssize_t n;

    while ((n = read(watch->readable, events, sizeof events)) > 0)
        for (ssize_t at = 0; at < n;) {
            const struct inotify_event *event = (const void *)(events + at);
            note_event(watch, event, &changed);
            at += (ssize_t)(sizeof *event + event->len);
        }
    return changed;
}

void watch_handle(struct watch *watch, struct error *err)
{
    if (!watch->begun) {
        begin_inotify(watch, err);
        return;
    }
    if (read_events(watch))
        hand_out(watch, err);
    if (watch->renewed)
        hand_in(watch, err);
}

/* Older versions of Claude keep their .claude.json in the home whatever CLAUDE_CONFIG_DIR says. */
static const struct safe_dir *newer_json(const struct watch *watch)
{
    struct stat chosen, home;
    if (fstatat(watch->home.fd, CLAUDE_JSON, &home, AT_SYMLINK_NOFOLLOW) < 0)
        return &watch->json_dir;
    if (fstatat(watch->json_dir.fd, CLAUDE_JSON, &chosen, AT_SYMLINK_NOFOLLOW) < 0)
        return &watch->home;
    bool older = chosen.st_mtim.tv_sec < home.st_mtim.tv_sec ||
                 (chosen.st_mtim.tv_sec == home.st_mtim.tv_sec &&
                     chosen.st_mtim.tv_nsec < home.st_mtim.tv_nsec);
    return older ? &watch->home : &watch->json_dir;
}

bool watch_finish(struct watch *watch, struct error *err)
{
    cleanup_error struct error not_valid = {0};
    cleanup_json json_t *account = NULL;

    if (!hand_out(watch, err))
        return false;
    if (claude_read_json(newer_json(watch), CLAUDE_JSON, watch->uid, &account, &not_valid) ==
            SAFE_FOUND &&
        !claude_write_json(&watch->out, GUEST_OUT_CLAUDE_JSON, account, SAFE_REPLACE, err))
        return false;
    return safe_make_file(&watch->out, GUEST_OUT_CLEAN, "", 0, 0600, SAFE_CREATE, err);
}

void watch_release(struct watch *watch)
{
    if (watch->readable >= 0)
        close(watch->readable);
    safe_dir_close(&watch->config);
    safe_dir_close(&watch->json_dir);
    safe_dir_close(&watch->home);
    safe_dir_close(&watch->in);
    safe_dir_close(&watch->out);
    keep(&watch->known, NULL);
    keep(&watch->known_account, NULL);
    keep(&watch->given, NULL);
    keep(&watch->line, NULL);
}
