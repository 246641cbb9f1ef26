/* user.h - as whom Claude runs, and what /etc/passwd and /etc/group must say for that. Pure: text
 * in, text out; setup_user.c reads and writes the files.
 *
 * The image's own user (the configured one, else `node`, `claude`, or uid 1000) gets the ids of
 * the project's owner, so that files in the workspace belong to that owner. An image without such
 * a user gets one. Where the owner is root it is root, without a single right of root's. */
#ifndef GUEST_USER_H
#define GUEST_USER_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "base/error.h"
#include "base/str.h"

enum { USER_GROUPS = 32 };

struct user {
    char *name;
    uid_t uid;
    gid_t gid;
    gid_t groups[USER_GROUPS]; /* gid is the first */
    size_t n_groups;
    uid_t image_uid; /* what owns this user's files in the image; (uid_t)-1: nobody */
    char *home, *shell;
};

struct user_wish {
    const char *uid, *gid;  /* PUID, PGID; NULL: as the image has it */
    const char *image_user; /* NAME, UID, or either with :GROUP; NULL or empty: root */
    bool own_home;          /* a home of ours, for the image's is of no use */
};

/* Decides, and gives the texts of the two files: empty where one may stay as it is. */
bool user_plan(const struct user_wish *, const char *passwd, const char *group, struct user *ret,
    struct str *ret_passwd, struct str *ret_group, struct error *);
void user_release(struct user *);

#endif
