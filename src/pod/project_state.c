/* project_state.c - see project_state.h. */
#include "pod/project_state.h"

#include <string.h>
#include <sys/stat.h>

#include "base/credentials.h"
#include "base/file.h"
#include "base/guest_abi.h"
#include "base/json.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/path.h"

enum { LOCK_MS = 5000 };

/* The object in a file; NULL with *err where it is none. */
static json_t *read_object(const char *path, struct error *err)
{
    cleanup_str struct str text = STR(LIMIT_CREDENTIALS);
    return file_read(path, FILE_NO_LINKS, &text, err) ? account_parse(text.s, text.len, path, err)
                                                      : NULL;
}

static bool is_there(const char *path)
{
    struct stat st;
    return lstat(path, &st) == 0;
}

/* What was kept; NULL: nothing that can be used. */
static json_t *known_entry(const char *path)
{
    cleanup_error struct error err = {0};
    json_t *entry = is_there(path) ? read_object(path, &err) : NULL;
    if (error_is_set(&err))
        log_warn("what Claude has kept of this project is not used: %s", err.text);
    return entry;
}

/* The store's file may be of no use. Then it stays as it is: the guest says so. */
static bool add_entry(
    const struct rundir *r, const char *workspace, const json_t *entry, struct error *err)
{
    cleanup_error struct error of_no_use = {0};
    cleanup_free char *path = path_join(r->in, GUEST_IN_CLAUDE_JSON);
    cleanup_json json_t *claude = is_there(path) ? read_object(path, &of_no_use) : json_object();
    if (!claude)
        return true;
    account_put_project(claude, workspace, entry);
    cleanup_free char *text = json_line(claude);
    if (strlen(text) <= LIMIT_CREDENTIALS)
        return file_renew(path, text, strlen(text), 0600, err);
    log_warn("what Claude has kept of this project is not used: with the account's part it is "
             "larger than %d bytes",
        LIMIT_CREDENTIALS);
    return true;
}

bool project_state_hand_in(const struct ccpod_home *home, const struct resolved *resolved,
    const struct rundir *r, struct error *err)
{
    if (resolved->trust != TRUST_GIVEN || resolved->state != STATE_PERSISTENT)
        return true;
    cleanup_free char *path = home_state_file(home, resolved->profile.name, resolved->project_hash);
    cleanup_json json_t *entry = known_entry(path);
    return rundir_note_project(r, resolved->project_hash, resolved->workspace_target, err) &&
           (!entry || add_entry(r, resolved->workspace_target, entry, err));
}

/* Under a lock: of two sessions that end at once, none may put an older one over a later one. */
static bool save(const struct ccpod_home *home, const char *path, const json_t *entry,
    time_t written, struct error *err)
{
    cleanup_error struct error unreadable = {0};
    cleanup_free char *dir = path_dir(path);
    cleanup_free char *lock = path_join(dir, ".lock");
    cleanup_free char *text = json_line(entry);
    cleanup_close int fd = -1;

    if (strlen(text) > LIMIT_PROJECT)
        return error_set(err, "larger than %d bytes", LIMIT_PROJECT);
    if (!home_make(home, dir, err) || !file_lock(lock, LOCK_MS, &fd, err))
        return false;
    cleanup_json json_t *known = read_object(path, &unreadable);
    if (known && (json_equal(known, entry) || written < file_written(path)))
        return true;
    return file_replace(path, text, strlen(text), 0600, err);
}

/* A .claude.json that is none is no news here: the store refuses it aloud. */
static void keep(
    const struct ccpod_home *home, const struct rundir *r, const struct str *text, time_t written)
{
    cleanup_error struct error err = {0}, refused = {0};
    cleanup_free char *profile = rundir_profile(r), *project = NULL, *workspace = NULL;

    if (!text->len || !profile || !rundir_project(r, &project, &workspace))
        return;
    cleanup_json json_t *claude = account_parse(text->s, text->len, ".claude.json", &refused);
    cleanup_json json_t *entry = account_project(claude, workspace);
    cleanup_free char *path = home_state_file(home, profile, project);
    if (entry && !save(home, path, entry, written, &err))
        log_warn("what Claude keeps of this project was not saved: %s", err.text);
}

void project_state_keep(const struct ccpod_home *home, const char *out_dir,
    const struct str *claude_json, time_t written)
{
    struct rundir r = {0};
    rundir_adopt(&r, out_dir);
    keep(home, &r, claude_json, written);
    rundir_release(&r);
}

void project_state_keep_from(const struct ccpod_home *home, const char *out_dir)
{
    cleanup_error struct error refused = {0};
    cleanup_str struct str text = STR(LIMIT_CREDENTIALS);
    cleanup_free char *path = path_join(out_dir, GUEST_OUT_CLAUDE_JSON);
    struct stat st;
    if (lstat(path, &st) == 0 && file_read(path, FILE_NO_LINKS, &text, &refused))
        project_state_keep(home, out_dir, &text, st.st_mtime);
}
