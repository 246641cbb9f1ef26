/* passwd.h - /etc/passwd and /etc/group as text: looking up and changing, without the system's
 * user database, which a static program does not have. Pure. Lines that are not understood stay
 * as they are. */
#ifndef GUEST_PASSWD_H
#define GUEST_PASSWD_H

#include <stdbool.h>
#include <sys/types.h>

#include "base/str.h"

struct account {
    char *name;
    uid_t uid;
    gid_t gid;
    char *gecos, *home, *shell;
};

/* The first line with this name or uid; *ret is the caller's to release. */
bool passwd_find_name(const char *passwd, const char *name, struct account *ret);
bool passwd_find_uid(const char *passwd, uid_t, struct account *ret);
void account_release(struct account *);

/* The text with the account's line as told, in place of the one with its name. It stands before
 * all others with its uid, so that the uid's name is this one. */
void passwd_put(const char *passwd, const struct account *, struct str *ret);

bool group_find_name(const char *group, const char *name, gid_t *ret);
bool group_has_gid(const char *group, gid_t);

/* The text with a group of this name and id: renumbered where it is there, else added. */
void group_put(const char *group, const char *name, gid_t, struct str *ret);

/* The groups that list `name` as a member, at most `max`; returns how many. */
size_t group_of_member(const char *group, const char *name, gid_t *ret, size_t max);

#endif
