/* cmd_profile.c - `ccpod profile update`: a profile's config tree as its remote has it now. */
#include "base/log.h"
#include "base/mem.h"
#include "cli/commands.h"
#include "cli/origin.h"
#include "profile/clone.h"
#include "profile/sync.h"

/* The profile that is named, else the one of a run here. */
static bool read_profile(const struct args *args, struct profile *ret, struct error *err)
{
    cleanup_origin struct origin origin;
    struct project project = {0};
    bool ok = origin_find(&origin, args, err);
    const char *name = args->words.n ? args->words.v[0] : origin.flags.profile;

    ok = ok && (name || project_read(&origin.home, origin.dir, origin.flags.here, &project, err));
    ok = ok && project_profile_read(&project, &origin.home, name, ret, err);
    project_release(&project);
    return ok;
}

static void report(const struct profile *p, enum sync_outcome outcome)
{
    struct clone clone;
    if (p->config.kind == SOURCE_LOCAL) {
        log_news("the config tree of the profile %s is local: there is nothing to fetch", p->name);
        return;
    }
    clone_look(p, &clone);
    log_news("the profile %s is up to date%s (%.12s)", p->name,
        outcome == SYNC_UPDATED ? " now" : "", clone.head);
}

static int run_update(const struct args *args, struct error *err)
{
    struct profile profile = {0};
    enum sync_outcome outcome;
    cleanup_free char *warning = NULL;

    if (read_profile(args, &profile, err) && sync_now(&profile, true, &outcome, &warning, err)) {
        if (warning) /* for a run the old copy would do; here the new one was asked for */
            error_set(err, "%s", warning);
        else
            report(&profile, outcome);
    }
    profile_release(&profile);
    return 0;
}

/* clang-format off */
static const struct flag update_flags[] = {
    FLAG_HERE,
    { 0 },
};

static const struct command update_command = {
    .name = "update",
    .synopsis = "[NAME]",
    .summary = "Fetch the profile's config tree from its git repository now",
    .text = "Runs do that by themselves: at each one, once a day, or never, as config.sync of the "
            "profile says. Without a name it is the profile of a run in this directory.",
    .flags = update_flags,
    .complete = COMPLETE_PROFILE,
    .words_most = 1,
    .examples = { { "profile update", "the profile of this project" },
                  { "profile update work", "another one" } },
    .run = run_update,
};

static const struct command *const commands[] = { &update_command, NULL };

const struct command profile_command = {
    .name = "profile",
    .summary = "Look after profiles",
    .commands = commands,
    .examples = { { "profile update", "the profile of this project" },
                  { "profile update work", "another one" } },
};
/* clang-format on */
