/* home.c - see home.h. */
#include "config/home.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/path.h"
#include "base/str.h"

bool home_find(struct ccpod_home *ret, struct error *err)
{
    static const char *const variables[] = {"CCPOD_HOME", "CCPOD_TEST_DIR"};
    cleanup_error struct error missing = {0};
    cleanup_free char *dir = NULL;

    for (size_t i = 0; i < array_size(variables); i++) {
        const char *value = getenv(variables[i]);
        if (!value || !*value)
            continue;
        if (value[0] != '/' && !text_starts(value, "~/"))
            return error_set(err, "%s is %s, and must be an absolute path", variables[i], value);
        dir = path_expand(value);
        break;
    }
    if (!dir)
        dir = path_expand("~/.ccpod");
    if (!json_check_text(dir, "ccpod's own directory", err))
        return false;
    char *real = path_real(dir, &missing);
    ret->dir = real ? real : take(dir);
    ret->shared = mem_strdup(ret->dir);
    return true;
}

void home_use_snap(struct ccpod_home *home)
{
    free(home->shared);
    home->shared = path_expand("~/snap/docker/common/ccpod");
}

void home_release(struct ccpod_home *home)
{
    free(home->dir);
    free(home->shared);
    *home = (struct ccpod_home){0};
}

bool home_make(const struct ccpod_home *home, const char *path, struct error *err)
{
    const char *base = path_beneath(path, home->dir) ? home->dir : home->shared;
    assert(path_beneath(path, base));
    size_t n = strlen(base);
    /* Each step by itself: one that is a link or another's must not be gone through. */
    do {
        cleanup_free char *step = mem_strndup(path, n);
        if (!file_make_dirs(step, 0700, err))
            return false;
        if (path[n])
            n += 1 + strcspn(path + n + 1, "/");
        else
            break;
    } while (true);
    return true;
}

static char *in(const char *dir, const char *name)
{
    return path_join(dir, name);
}

static char *in_two(const char *dir, const char *name, const char *below)
{
    return mem_printf("%s/%s/%s", dir, name, below);
}

char *home_config_file(const struct ccpod_home *home)
{
    return in(home->dir, "config.yml");
}

char *home_profiles_dir(const struct ccpod_home *home)
{
    return in(home->dir, "profiles");
}

char *home_profile_dir(const struct ccpod_home *home, const char *profile)
{
    return in_two(home->dir, "profiles", profile);
}

char *home_profile_file(const struct ccpod_home *home, const char *profile)
{
    return mem_printf("%s/profiles/%s/profile.yml", home->dir, profile);
}

char *home_profile_config_dir(const struct ccpod_home *home, const char *profile)
{
    return mem_printf("%s/profiles/%s/config", home->dir, profile);
}

char *home_credentials_dir(const struct ccpod_home *home, const char *profile)
{
    return in_two(home->dir, "credentials", profile);
}

char *home_engines_dir(const struct ccpod_home *home)
{
    return in(home->dir, "engines");
}

char *home_trust_dir(const struct ccpod_home *home)
{
    return in(home->dir, "trust");
}

char *home_state_dir(const struct ccpod_home *home, const char *profile, const char *project_hash)
{
    return mem_printf("%s/state/%s/%s", home->shared, profile, project_hash);
}

char *home_state_file(const struct ccpod_home *home, const char *profile, const char *project_hash)
{
    return mem_printf("%s/state/%s/%s.json", home->shared, profile, project_hash);
}

char *home_runs_dir(const struct ccpod_home *home)
{
    return in(home->shared, "run");
}

char *home_run_dir(const struct ccpod_home *home, const char *run_id)
{
    return in_two(home->shared, "run", run_id);
}

char *home_merged_dir(const struct ccpod_home *home)
{
    return in_two(home->shared, "run", "config");
}

char *home_guest_dir(const struct ccpod_home *home, const char *hash)
{
    return in_two(home->shared, "guest", hash);
}
