/* down.h - takes pods down: all containers side by side, a holder when no main container is left
 * that may use it, unless a run that came later has it; then the networks that nothing else uses,
 * then volumes.
 *
 * The pods' locks are held meanwhile: a start under way comes first as far as it needs them, one
 * that comes later waits, and finds nothing. A start that has chosen its network, and still gets
 * its images, keeps that.
 *
 * What one container's end fails with does not keep the others; the rest is done first, and the
 * error is the outcome. Where there is nothing, nothing happens. */
#ifndef POD_DOWN_H
#define POD_DOWN_H

#include "base/str.h"
#include "config/home.h"
#include "pod/member.h"

struct down_options {
    const char *host; /* --host, or NULL */
    const struct ccpod_home *home;
    const struct member_filter *filter; /* whose pods; `stopped` is implied */
    long long grace_s;                  /* for each container; -1: its own */
    const struct strv *volumes;         /* names: remove these as well; NULL: none */
};

bool down_main(const struct down_options *, struct error *err);

/* Names of the volumes that carry our owner's label and the filter's. */
bool down_volumes(
    const char *host, const struct member_filter *, struct strv *ret, struct error *err);

#endif
