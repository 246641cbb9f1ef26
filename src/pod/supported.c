/* supported.c - see supported.h. */
#include "pod/supported.h"

#include "base/log.h"

static void warn_unused(const struct resolved *r)
{
    if (r->init.n)
        log_warn("init commands are not run by this version of ccpod (%zu left out)", r->init.n);
    if (r->plugins.n)
        log_warn("plugins are not installed by this version of ccpod (%zu left out)", r->plugins.n);
    if (r->profile.ca_certificates.n)
        log_warn("caCertificates are not installed by this version of ccpod");
    if (r->bridge.n)
        log_warn("bridge: this version of ccpod runs every command in Claude's own container");
    if (r->profile.compose)
        log_warn("compose: this version of ccpod does not look at Compose containers");
}

bool config_is_supported(const struct resolved *r, struct error *err)
{
    if (r->network.policy == NETWORK_RESTRICTED) {
        error_set(err, "network.policy is restricted, and this version of ccpod cannot restrict "
                       "the network yet");
        return error_hint(err, "nothing was started; `network.policy: full` runs without a limit");
    }
    if (r->image.build) {
        error_set(err, "image.dockerfile: this version of ccpod does not build images yet");
        return error_hint(err, "build it (docker build -t NAME .) and write `image: {use: NAME}`");
    }
    warn_unused(r);
    return true;
}
