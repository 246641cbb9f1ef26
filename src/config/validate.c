/* validate.c - see validate.h. */
#include "config/validate.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "config/names.h"

/* A file that must be there to be read. */
static void check_file(
    struct error *all, const struct profile *p, const char *setting, const char *path)
{
    struct error err = {0};
    if (access(path, R_OK) < 0)
        error_set(&err, "%s: %s: %s: %s", p->file, setting, path, strerror(errno));
    error_add(all, &err);
}

static void check_paths(struct error *all, const struct resolved *r)
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
static void check_files(struct error *all, const struct resolve_flags *flags)
{
    struct error err = {0};
    struct project project = {0};
    struct profile profile = {0};

    project_read(flags->home, flags->dir, flags->here, &project, &err);
    error_add(all, &err);
    project_profile_read(&project, flags->home, flags->profile, &profile, &err);
    error_add(all, &err);
    project_release(&project);
    profile_release(&profile);
}

bool validate(const struct resolve_flags *flags, struct resolved *ret, struct error *err)
{
    struct error trouble = {0};
    struct resolve_flags lenient = *flags;

    lenient.headless = false;
    *ret = (struct resolved){0};
    check_files(err, flags);
    if (!error_is_set(err) && resolve(&lenient, ret, err)) {
        check_paths(err, ret);
        bool fetched =
            ret->profile.config.kind == SOURCE_LOCAL || !access(ret->profile.config.path, F_OK);
        if (!fetched)
            strv_addf(
                &ret->warnings, "config.repo: not fetched yet, so its tree was not looked at");
        else if (!resolve_assets(ret, &trouble))
            error_add(err, &trouble);
    }
    return !error_is_set(err);
}
