/* cmd_down.c - `ccpod down`: ends and removes what belongs to this project, or to all of them. */
#include <string.h>

#include "base/limits.h"
#include "cli/ask.h"
#include "cli/commands.h"
#include "cli/scope.h"
#include "pod/down.h"

/* Volumes hold what sidecars have stored: nothing brings that back. */
static bool ask(const struct strv *volumes, bool force, bool *ret_yes, struct error *err)
{
    cleanup_str struct str question = STR(LIMIT_MESSAGE);

    *ret_yes = force;
    if (force || !volumes->n)
        return true;
    if (!ask_is_possible()) {
        error_set(err, "--volumes removes %zu volume%s for good, and there is nobody to ask",
            volumes->n, volumes->n == 1 ? "" : "s");
        return error_hint(err, "--force does it without a question");
    }
    str_addz(&question, "Remove for good:");
    for (size_t i = 0; i < volumes->n; i++) {
        str_addc(&question, ' ');
        str_add_harmless(&question, volumes->v[i], strlen(volumes->v[i]), LIMIT_FOREIGN_TEXT);
    }
    str_addc(&question, '?');
    *ret_yes = ask_yes(question.s, false);
    return true;
}

static int take_down(const struct args *args, struct down_options *o, struct error *err)
{
    cleanup_strv struct strv volumes = {0};
    bool yes = true;

    if (args_flag(args, "volumes")) {
        if (!down_volumes(o->host, o->filter, &volumes, err) ||
            !ask(&volumes, args_flag(args, "force"), &yes, err))
            return EXIT_CODE_FAILED;
        if (!yes && volumes.n)
            return 1;
        o->volumes = &volumes;
    }
    down_main(o, err);
    return 0;
}

static int run_down(const struct args *args, struct error *err)
{
    cleanup_scope struct scope scope = {0};
    struct member_filter all = {.profile = args_text(args, "profile")};
    struct down_options o = {.host = args_text(args, "host"),
        .grace_s = args_flag(args, "timeout") ? args_number(args, "timeout") : -1};

    if (args_flag(args, "all")) {
        if (!origin_find(&scope.origin, args, err))
            return EXIT_CODE_FAILED;
        o.filter = &all;
    } else {
        if (!scope_find(&scope, args, err))
            return EXIT_CODE_FAILED;
        o.filter = &scope.filter;
    }
    o.home = &scope.origin.home;
    return take_down(args, &o, err);
}

/* clang-format off */
static const struct flag flags[] = {
    { .name = "all", .kind = FLAG_SWITCH,
      .help = "of every project on this engine that is yours" },
    { .name = "timeout", .kind = FLAG_SECONDS, .value = "DURATION", .most = 86400,
      .help = "how long a container may take to end before it is killed; without it, its own "
              "setting or 5 s" },
    { .name = "volumes", .kind = FLAG_SWITCH,
      .help = "remove the project's volumes and all that is in them; asks first" },
    { .name = "force", .kind = FLAG_SWITCH,
      .help = "with --volumes: do not ask" },
    FLAG_HERE,
    { 0 },
};

const struct command down_command = {
    .name = "down",
    .summary = "End and remove this project's containers and network",
    .text = "Sessions included: credentials come home first. Volumes stay, unless --volumes says "
            "otherwise. What other users have made on the same engine is left alone.",
    .flags = flags,
    .examples = { { "down", "end what belongs to this project" },
                  { "down --all --timeout 1", "all of yours, at once" } },
    .run = run_down,
};
/* clang-format on */
