/* member.h - the containers of ours, as the engine's list tells of them.
 *
 * Ours is only what carries our owner label *and* the name that its labels spell: labels are
 * inherited from images, and names can be taken by anybody. All texts are borrowed from the
 * answer, which a member keeps alive, and were written by others: what of them is shown passes
 * str_add_harmless() first. */
#ifndef POD_MEMBER_H
#define POD_MEMBER_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/hash.h"
#include "base/str.h"
#include "docker/json_pick.h"

enum member_kind { MEMBER_MAIN, MEMBER_SIDECAR, MEMBER_HOLDER, MEMBER_NET };

struct member {
    json_t *json; /* one entry of the list; owned */
    const char *id, *name;
    enum member_kind kind;
    const char *type; /* the label: "main", "ns", "net", or the service */
    const char *profile, *project, *workdir, *role, *session, *lease;
    const char *state;  /* "running", "exited", ... */
    const char *status; /* the engine's words: "Up 3 minutes (healthy)", "Exited (1) 2 hours ago" */
    const char *image;  /* as the user names it, where the labels tell */
};

struct members {
    struct member *items; /* by project, profile, kind, name */
    size_t n;
};

/* Which of ours: NULL means any. */
struct member_filter {
    const char *project; /* hash */
    const char *profile;
    bool stopped; /* those that do not run, too */
};

/* What `ps` shows of them (docker/json_pick.h). In a list picked so, members have no role, no
 * lease, and nothing else that only their end asks for. */
extern const struct json_pick member_shown[];

/* The filters of the list call; a new reference. */
json_t *member_filters(const struct member_filter *);

/* What of a list is ours, into a zeroed struct. */
void members_read(const json_t *list, struct members *ret);
void members_release(struct members *);

bool member_is_running(const struct member *); /* or paused, or restarting */

/* "healthy", "unhealthy", "starting", or "" where the container has no check. */
const char *member_health(const struct member *);

/* The exit code of one that has ended; -1: it has not, or nobody knows. */
int member_exit_code(const struct member *);

/* How long it has been up, in the engine's words ("3 minutes"); "": it is not. */
void member_uptime(const struct member *, struct str *ret);

/* Published ports, "127.0.0.1:8080->80/tcp" each. */
void member_ports(const struct member *, struct strv *ret);

/* What the container is called among those of its project: the service; "claude", with session or
 * run id behind a dash where it has one; "ns-1". Begins inside `name`, or is constant. */
void member_short_name(const struct member *, struct str *ret);

#endif
