/* lease.c - see lease.h. */
#include "pod/lease.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#ifdef __APPLE__
#include <sys/sysctl.h>
#endif

#include "base/file.h"
#include "base/mem.h"
#include "base/str.h"
#include "config/names.h"

enum { WORD = 80 };

struct identity {
    char boot[WORD];  /* of this start of the machine */
    char pidns[WORD]; /* in which the pid means something */
    char start[WORD]; /* of the process; "" where there is none */
};

#ifdef __linux__

static void boot_id(char ret[WORD])
{
    cleanup_error struct error ignored = {0};
    cleanup_str struct str text = STR(WORD);
    file_read("/proc/sys/kernel/random/boot_id", FILE_FOLLOW, &text, &ignored);
    snprintf(ret, WORD, "%.*s", (int)strcspn(text.s, "\n"), text.s);
}

static void pid_namespace(char ret[WORD])
{
    ssize_t n = readlink("/proc/self/ns/pid", ret, WORD - 1);
    ret[n > 0 ? n : 0] = '\0';
}

/* Field 22 of /proc/PID/stat, in clock ticks since boot; the name before it may hold anything. */
static void start_time(long pid, char ret[WORD])
{
    cleanup_error struct error ignored = {0};
    cleanup_str struct str text = STR(4096);
    cleanup_free char *path = mem_printf("/proc/%ld/stat", pid);

    ret[0] = '\0';
    if (!file_read(path, FILE_FOLLOW, &text, &ignored))
        return;
    const char *at = strrchr(text.s, ')');
    for (int field = 2; at && field < 22; field++)
        at = strchr(at + 1, ' ');
    if (at)
        snprintf(ret, WORD, "%.*s", (int)strcspn(at + 1, " "), at + 1);
}

#elif defined(__APPLE__)

static void boot_id(char ret[WORD])
{
    size_t n = WORD;
    if (sysctlbyname("kern.bootsessionuuid", ret, &n, NULL, 0) != 0)
        ret[0] = '\0';
}

static void pid_namespace(char ret[WORD])
{
    snprintf(ret, WORD, "-");
}

static void start_time(long pid, char ret[WORD])
{
    int name[] = {CTL_KERN, KERN_PROC, KERN_PROC_PID, (int)pid};
    struct kinfo_proc info;
    size_t n = sizeof info;

    ret[0] = '\0';
    if (sysctl(name, 4, &info, &n, NULL, 0) == 0 && n == sizeof info)
        snprintf(ret, WORD, "%lld.%d", (long long)info.kp_proc.p_starttime.tv_sec,
            (int)info.kp_proc.p_starttime.tv_usec);
}

#endif

static void identify(long pid, struct identity *ret)
{
    boot_id(ret->boot);
    pid_namespace(ret->pidns);
    start_time(pid, ret->start);
}

char *lease_make(const char *role)
{
    struct identity me;
    char owner[HASH_SHORT + 1];
    owner_id(owner);
    identify((long)getpid(), &me);
    return mem_printf(
        "1 %s %s %s %ld %s %s", owner, me.boot, me.pidns, (long)getpid(), me.start, role);
}

enum lease_state lease_look(const char *lease)
{
    char owner[WORD], boot[WORD], pidns[WORD], start[WORD], mine[HASH_SHORT + 1];
    long pid;
    struct identity now;

    owner_id(mine);
    if (!lease || sscanf(lease, "1 %79s %79s %79s %ld %79s", owner, boot, pidns, &pid, start) != 5)
        return LEASE_FOREIGN;
    if (strcmp(owner, mine) != 0)
        return LEASE_FOREIGN;
    identify(pid, &now);
    if (!*now.boot || !*now.pidns)
        return LEASE_ALIVE;
    if (strcmp(boot, now.boot) != 0)
        return LEASE_DEAD;
    if (strcmp(pidns, now.pidns) != 0)
        return LEASE_ALIVE;
    return strcmp(start, now.start) == 0 ? LEASE_ALIVE : LEASE_DEAD;
}
