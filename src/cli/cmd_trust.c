/* cmd_trust.c - `ccpod trust` and `ccpod untrust`: what of a project needs trust, and whether it
 * has it. No profile is needed: trust belongs to the project. */
#include <string.h>

#include "base/json.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/mem.h"
#include "cli/commands.h"
#include "cli/origin.h"
#include "cli/out.h"
#include "cli/scope.h"
#include "cli/trust_text.h"
#include "config/names.h"
#include "config/project.h"
#include "config/snapshot.h"
#include "config/trust.h"

/* A project as it stands now. */
struct subject {
    struct origin origin;
    struct project project;
    struct snapshot snapshot;
    char hash[HASH_SHORT + 1];
};

static bool find_project(struct subject *s, const struct args *args, struct error *err)
{
    *s = (struct subject){0};
    if (!origin_find(&s->origin, args, err) ||
        !project_read(&s->origin.home, s->origin.dir, s->origin.flags.here, &s->project, err))
        return false;
    project_hash(s->project.dir, s->hash);
    return true;
}

static bool read_snapshot(struct subject *s, struct error *err)
{
    cleanup_strv struct strv warnings = {0};
    bool ok = snapshot_read(&s->project, NULL, &s->snapshot, &warnings, err);

    for (size_t i = 0; i < warnings.n; i++)
        log_warn("%s", warnings.v[i]);
    return ok;
}

static void subject_release(struct subject *s)
{
    snapshot_release(&s->snapshot);
    project_release(&s->project);
    origin_release(&s->origin);
}

/* Texts of a project need not be what JSON takes. */
static json_t *as_json(const char *line)
{
    cleanup_str struct str text = STR(MIB);
    str_add_harmless(&text, line, strlen(line), LIMIT_PATH);
    return json_string(text.s);
}

static json_t *document_of(const struct subject *s, bool trusted)
{
    json_t *wants = json_array();
    for (size_t i = 0; i < s->snapshot.wants.n; i++)
        json_array_append_new(wants, as_json(s->snapshot.wants.v[i]));
    return json_pack("{s:o, s:s, s:b, s:o}", "project", as_json(s->project.dir), "hash",
        s->snapshot.hash, "trusted", trusted, "wants", wants);
}

/* What it asks for; the profile that it chooses may be one that needs trust, which is known where
 * the profile is. */
static void tell(const struct subject *s)
{
    cleanup_str struct str text = STR(MIB);

    trust_text(s->project.dir, &s->snapshot.wants, &text);
    const char *chosen = s->project.profile;
    if (chosen) {
        str_addz(&text, "It chooses the profile ");
        str_add_harmless(&text, chosen, strlen(chosen), LIMIT_FOREIGN_TEXT);
        str_addz(&text, ".\n");
    }
    out_text(text.s);
}

static void show(const struct subject *s, bool as_document)
{
    bool trusted = trust_is_stored(&s->origin.home, s->hash, s->snapshot.hash);

    if (as_document) {
        cleanup_json json_t *document = document_of(s, trusted);
        out_json(document);
        return;
    }
    tell(s);
    out_marked(trusted ? OUT_GOOD : OUT_BAD, trusted ? "It is trusted." : "It is not trusted.");
    out_text("\n");
}

static void trust(const struct subject *s, struct error *err)
{
    tell(s);
    if (s->snapshot.unread) {
        error_set(err, "not trusted: %s", s->snapshot.unread);
        error_hint(err, "ccpod does not understand this file and Claude may, so what it asks for "
                        "cannot be shown. Put it right, or remove it.");
    } else if ((s->snapshot.wants.n || s->project.profile) &&
               trust_store(&s->origin.home, s->hash, s->snapshot.hash, err))
        log_news("trusted, until one of these files changes");
}

static int run_trust(const struct args *args, struct error *err)
{
    struct subject s;

    if (find_project(&s, args, err) && read_snapshot(&s, err)) {
        if (args_flag(args, "show"))
            show(&s, args_flag(args, "json"));
        else
            trust(&s, err);
    }
    subject_release(&s);
    return 0;
}

static int run_untrust(const struct args *args, struct error *err)
{
    cleanup_scope struct scope scope = {0};

    /* Whatever is in the project's file: it need not even be readable. */
    if (scope_find(&scope, args, err) && trust_forget(&scope.origin.home, scope.hash, err))
        log_news("not trusted any more: %s", scope.project);
    return 0;
}

static bool check_flags(const struct args *args, struct error *err)
{
    if (!args_flag(args, "json") || args_flag(args, "show"))
        return true;
    return error_set_code(err, EXIT_CODE_USAGE, "trust: --json goes with --show");
}

/* clang-format off */
static const struct flag trust_flags[] = {
    { .name = "show", .kind = FLAG_SWITCH,
      .help = "only show what the project asks for, and whether it is trusted" },
    { .name = "json", .kind = FLAG_SWITCH,
      .help = "with --show: print JSON" },
    FLAG_HERE,
    { 0 },
};

const struct command trust_command = {
    .name = "trust",
    .summary = "Trust this project's own configuration",
    .text = "What a project brings along and would run, or steer Claude with, is left out until "
            "the project is trusted: hooks, skills, MCP servers, settings, env. It is shown "
            "first. A change of any of these files asks again.",
    .flags = trust_flags,
    .examples = { { "trust --show", "what the project asks for" },
                  { "trust", "allow it, until it changes" } },
    .check = check_flags,
    .run = run_trust,
};

static const struct flag untrust_flags[] = {
    FLAG_HERE,
    { 0 },
};

const struct command untrust_command = {
    .name = "untrust",
    .summary = "Trust this project no more",
    .flags = untrust_flags,
    .examples = { { "untrust", "forget that this project was trusted" },
                  { "-C ~/src/thing untrust", "the same of another project" } },
    .run = run_untrust,
};
/* clang-format on */
