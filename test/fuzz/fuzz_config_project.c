/* .ccpod.yml, with the trust boundary: what is left of a project's services mounts no host path
 * and publishes on this machine alone. */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>

#include "config/project.h"
#include "config/trust.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(const struct service *service)
{
    for (size_t i = 0; i < service->volumes.n; i++)
        assert(service->volumes.items[i].kind == VOLUME_NAMED);
    for (size_t i = 0; i < service->ports.n; i++)
        assert(ip_is_loopback(service->ports.items[i].host_ip));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct project project = {0};
    struct profile profile = {0};
    cleanup_error struct error err = {0};

    if (project_parse((const char *)data, size, "f", &project, &err) &&
        trust_confine_services(&profile, &project, &err))
        for (size_t i = 0; i < project.services.n; i++)
            check(&project.services.items[i]);
    project_release(&project);
    return 0;
}
