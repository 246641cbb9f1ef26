/* courier.c - see courier.h. */
#include "pod/courier.h"

#include "base/guest_abi.h"
#include "base/log.h"
#include "pod/store.h"

static void look(void *user)
{
    struct courier *c = user;
    cleanup_error struct error err = {0};
    bool changed;

    if (!c->secrets_gone && rundir_has_mark(c->rundir, GUEST_OUT_SECRETS_READ)) {
        rundir_forget_secrets(c->rundir);
        c->secrets_gone = true;
        op_tell(&c->watch.op);
    }
    if (!rundir_has_mark(c->rundir, GUEST_OUT_CREDENTIALS))
        return;
    if (store_bring_home_from(c->home, c->profile, c->rundir->out, &changed, &err) != STORE_DONE) {
        if (!c->complained)
            log_warn("credentials of this session were not taken: %s", err.text);
        c->complained = true;
    }
    if (changed) {
        log_detail("credentials saved");
        c->saved++;
        op_tell(&c->watch.op);
    }
}

void courier_begin(struct courier *c, struct op *parent, const struct ccpod_home *home,
    const struct rundir *rundir, const char *profile)
{
    c->home = home;
    c->rundir = rundir;
    c->profile = profile;
    c->secrets_gone = c->complained = false;
    c->saved = 0;
    watch_begin(&c->watch, parent, rundir->out, look, c);
}
