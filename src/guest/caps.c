/* caps.c - see caps.h. */
#include "guest/caps.h"

#include <errno.h>
#include <linux/capability.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#define BIT(cap) (UINT64_C(1) << (cap))

const uint64_t caps_to_supervise = BIT(CAP_CHOWN) | BIT(CAP_DAC_OVERRIDE) | BIT(CAP_KILL);

/* The kernel answers -1 behind its last one. */
static int has(unsigned cap)
{
    return cap < 64 ? prctl(PR_CAPBSET_READ, cap, 0, 0, 0) : -1;
}

bool caps_limit_bounding(uint64_t keep, struct error *err)
{
    int present;
    for (unsigned cap = 0; (present = has(cap)) >= 0; cap++)
        if (present && !(keep & BIT(cap)) && prctl(PR_CAPBSET_DROP, cap, 0, 0, 0) < 0)
            return error_set(err, "drop capability %u: %s", cap, strerror(errno));
    return true;
}

static bool get(struct __user_cap_data_struct data[2], struct error *err)
{
    struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
    if (syscall(SYS_capget, &header, data) < 0)
        return error_set(err, "read capabilities: %s", strerror(errno));
    return true;
}

bool caps_limit(uint64_t keep, struct error *err)
{
    struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
    struct __user_cap_data_struct data[2] = {0};

    if (prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0) < 0 && errno != EINVAL)
        return error_set(err, "clear ambient capabilities: %s", strerror(errno));
    if (!get(data, err))
        return false;
    for (int i = 0; i < 2; i++) {
        data[i].permitted &= (uint32_t)(keep >> (32 * i));
        data[i].effective = data[i].permitted;
        data[i].inheritable = 0;
    }
    if (syscall(SYS_capset, &header, data) < 0)
        return error_set(err, "drop capabilities: %s", strerror(errno));
    return true;
}

bool caps_left(uint64_t *ret, uint64_t *ret_bounding, struct error *err)
{
    struct __user_cap_data_struct data[2] = {0};
    int present;
    if (!get(data, err))
        return false;
    *ret = *ret_bounding = 0;
    for (int i = 0; i < 2; i++) {
        uint32_t any = data[i].permitted | data[i].effective | data[i].inheritable;
        *ret |= (uint64_t)any << (32 * i);
    }
    for (unsigned cap = 0; (present = has(cap)) >= 0; cap++)
        if (present)
            *ret_bounding |= BIT(cap);
    return true;
}
