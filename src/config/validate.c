/* validate.c - see validate.h. */
#include "config/validate.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/limits.h"
#include "base/mem.h"
#include "config/names.h"

/* Errors so far, a line each, and the first hint. */
struct errors {
    struct str text;
    char *hint;
};

static void take_error(struct errors *all, struct error *err)
{
    if (error_is_set(err)) {
        str_addf(&all->text, "%s%s", all->text.len ? "\n" : "", err->text);
        if (!all->hint)
            all->hint = take(err->hint);
    }
    error_clear(err);
}

/* A file that must be there to be read. */
static void check_file(
    struct errors *all, const struct profile *p, const char *setting, const char *path)
{
    if (access(path, R_OK) < 0)
        str_addf(&all->text, "%s%s: %s: %s: %s", all->text.len ? "\n" : "", p->file, setting, path,
            strerror(errno));
}

static void check_paths(struct errors *all, const struct resolved *r)
{
    const struct profile *p = &r->profile;
    if (r->image.build)
        check_file(all, p, "image.dockerfile", r->image.dockerfile);
    for (size_t i = 0; i < p->ca_certificates.n; i++)
        check_file(all, p, "caCertificates", p->ca_certificates.v[i]);
    for (size_t i = 0; i < p->mounts.n; i++)
        check_file(all, p, "mounts", p->mounts.items[i].source);
}

/* The files alone, each whatever the other holds. */
static void check_files(struct errors *all, const struct resolve_flags *flags)
{
    struct error err = {0};
    struct project project = {0};
    struct profile profile = {0};

    project_read(flags->home, flags->dir, flags->here, &project, &err);
    take_error(all, &err);
    profile_read(flags->home, project_profile(&project, flags->profile), &profile, &err);
    take_error(all, &err);
    project_release(&project);
    profile_release(&profile);
}

bool validate(const struct resolve_flags *flags, struct strv *ret_warnings, struct error *err)
{
    struct errors all = {.text = STR(LIMIT_MESSAGE)};
    struct resolved r = {0};
    struct error trouble = {0};
    struct resolve_flags lenient = *flags;

    lenient.headless = false;
    check_files(&all, flags);
    if (!all.text.len && resolve(&lenient, &r, &trouble)) {
        check_paths(&all, &r);
        bool fetched =
            r.profile.config.kind == SOURCE_LOCAL || !access(r.profile.config.path, F_OK);
        if (!fetched)
            strv_addf(&r.warnings, "config.repo: not fetched yet, so its tree was not looked at");
        else if (!resolve_assets(&r, &trouble))
            take_error(&all, &trouble);
    }
    take_error(&all, &trouble);
    strv_add_all(ret_warnings, &r.warnings);
    resolved_release(&r);
    bool ok = !all.text.len;
    if (!ok)
        error_set(err, "%s", all.text.s);
    if (!ok && all.hint)
        error_hint(err, "%s", all.hint);
    str_release(&all.text);
    free(all.hint);
    return ok;
}
