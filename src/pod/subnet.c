/* subnet.c - see subnet.h. */
#include "pod/subnet.h"

#include <arpa/inet.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/mem.h"
#include "base/str.h"

static uint32_t mask_of(unsigned bits)
{
    return bits ? UINT32_MAX << (32 - bits) : 0;
}

bool subnet_parse(const char *text, struct subnet *ret)
{
    struct in_addr address;
    long long bits;
    const char *slash = strchr(text, '/');
    if (!slash || !text_number(slash + 1, 0, 32, &bits))
        return false;
    cleanup_free char *first = mem_strndup(text, (size_t)(slash - text));
    if (inet_pton(AF_INET, first, &address) != 1)
        return false;
    ret->bits = (unsigned)bits;
    ret->address = ntohl(address.s_addr) & mask_of(ret->bits);
    return true;
}

char *subnet_text(const struct subnet *s)
{
    uint32_t a = s->address;
    return mem_printf("%u.%u.%u.%u/%u", a >> 24, a >> 16 & 255, a >> 8 & 255, a & 255, s->bits);
}

void subnets_add(struct subnets *list, struct subnet s)
{
    list->items = mem_resize(list->items, list->n + 1, sizeof *list->items);
    list->items[list->n++] = s;
}

void subnets_release(struct subnets *list)
{
    free(list->items);
    *list = (struct subnets){0};
}

/* --- this machine --- */

static void add_place(struct subnets *list, uint32_t address, uint32_t mask)
{
    unsigned bits = 0;
    while (bits < 32 && mask & (UINT32_C(0x80000000) >> bits))
        bits++;
    if (bits > 1)
        subnets_add(list, (struct subnet){address & mask_of(bits), bits});
}

static uint32_t address_of(const struct sockaddr *from)
{
    struct sockaddr_in in;
    memcpy(&in, from, sizeof in);
    return ntohl(in.sin_addr.s_addr);
}

static void add_interfaces(struct subnets *list)
{
    struct ifaddrs *all;
    if (getifaddrs(&all) != 0)
        return;
    for (const struct ifaddrs *i = all; i; i = i->ifa_next) {
        if (!i->ifa_addr || i->ifa_addr->sa_family != AF_INET || !i->ifa_netmask)
            continue;
        add_place(list, address_of(i->ifa_addr), address_of(i->ifa_netmask));
        if (i->ifa_flags & IFF_POINTOPOINT && i->ifa_dstaddr)
            add_place(list, address_of(i->ifa_dstaddr), UINT32_MAX);
    }
    freeifaddrs(all);
}

#ifdef __linux__

/* Columns: interface, destination, gateway, flags, refcnt, use, metric, mask, ...; the numbers in
 * hexadecimal, as they lie in memory. */
static void add_routes(struct subnets *list)
{
    char line[512];
    unsigned destination, mask;
    FILE *table = fopen("/proc/net/route", "re");
    if (!table)
        return;
    while (fgets(line, sizeof line, table))
        if (sscanf(line, "%*s %x %*s %*s %*s %*s %*s %x", &destination, &mask) == 2)
            add_place(list, ntohl(destination), ntohl(mask));
    fclose(table);
}

#else

/* The engine is in a virtual machine here: routes of this machine beyond its interfaces are not
 * what its networks could collide with. */
static void add_routes(struct subnets *list)
{
    (void)list;
}

#endif

void subnets_add_host(struct subnets *list)
{
    add_interfaces(list);
    add_routes(list);
}

/* --- choosing --- */

static bool is_free(const struct subnets *taken, const struct subnet *s)
{
    for (size_t i = 0; i < taken->n; i++) {
        const struct subnet *other = &taken->items[i];
        unsigned bits = other->bits < s->bits ? other->bits : s->bits;
        if (((other->address ^ s->address) & mask_of(bits)) == 0)
            return false;
    }
    return true;
}

static uint32_t number_of(const char *seed)
{
    char hex[HASH_HEX + 1];
    hash_bytes(seed, strlen(seed), hex);
    hex[8] = '\0';
    return (uint32_t)strtoul(hex, NULL, 16);
}

bool subnet_choose(const struct subnets *taken, const char *seed, struct subnet *ret)
{
    /* Upper half of 10/8 first: the lower one is what offices and clusters use. */
    static const struct subnet ranges[] = {
        {0x0a800000, 9 },
        {0xac100000, 12},
        {0xc0a80000, 16},
    };
    uint32_t start = number_of(seed);
    for (size_t r = 0; r < array_size(ranges); r++) {
        uint32_t n = UINT32_C(1) << (SUBNET_BITS - ranges[r].bits);
        for (uint32_t i = 0; i < n; i++) {
            uint32_t at = (start + i) % n;
            struct subnet s = {ranges[r].address + (at << (32 - SUBNET_BITS)), SUBNET_BITS};
            if (is_free(taken, &s)) {
                *ret = s;
                return true;
            }
        }
    }
    return false;
}
