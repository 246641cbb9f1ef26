/* user.c - see user.h. */
#include "guest/user.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "guest/passwd.h"

#define NO_ID 0xffffffffU

static const char own_name[] = "claude";

static bool read_id(const char *what, const char *text, unsigned *ret, struct error *err)
{
    long long id;
    if (!text || !*text)
        return true;
    if (!text_number(text, 0, 0xfffffffeLL, &id))
        return error_set(err, "%s=%s: not a user or group id", what, text);
    *ret = (unsigned)id;
    return true;
}

/* What the image configures, as account and group; root counts as nothing. */
static bool find_configured(
    const char *passwd, const char *group, const char *spec, struct account *ret)
{
    size_t n = strcspn(spec, ":");
    cleanup_free char *name = mem_strndup(spec, n);
    const char *group_name = spec[n] ? spec + n + 1 : "";
    long long id;
    struct account found = {0};

    if (!passwd_find_name(passwd, name, &found) && text_number(name, 0, 0xfffffffeLL, &id) &&
        !passwd_find_uid(passwd, (uid_t)id, &found))
        found = (struct account){.name = mem_strdup(own_name), .uid = (uid_t)id};
    if (!found.name || found.uid == 0) {
        account_release(&found);
        return false;
    }
    gid_t gid;
    if (*group_name && group_find_name(group, group_name, &gid))
        found.gid = gid;
    else if (*group_name && text_number(group_name, 0, 0xfffffffeLL, &id))
        found.gid = (gid_t)id;
    *ret = found;
    return true;
}

static bool find_ordinary(const char *passwd, const char *name, uid_t uid, struct account *ret)
{
    if (!(name ? passwd_find_name(passwd, name, ret) : passwd_find_uid(passwd, uid, ret)))
        return false;
    if (ret->uid == 0)
        account_release(ret);
    return ret->name != NULL;
}

/* The account that is remapped to `uid`; all of it empty where the image has none. */
static struct account find_account(
    const struct user_wish *wish, uid_t uid, const char *passwd, const char *group)
{
    struct account found = {0};
    if (uid == 0) {
        passwd_find_uid(passwd, 0, &found);
        return found;
    }
    if ((wish->image_user && *wish->image_user &&
            find_configured(passwd, group, wish->image_user, &found)) ||
        find_ordinary(passwd, "node", 0, &found) || find_ordinary(passwd, own_name, 0, &found) ||
        find_ordinary(passwd, NULL, 1000, &found) || find_ordinary(passwd, NULL, uid, &found))
        return found;
    return (struct account){.uid = NO_ID};
}

/* A home that ends up in /etc/passwd and in $HOME: absolute, and not the whole system. */
static bool is_home(const char *home)
{
    return home && home[0] == '/' && home[1] && !strstr(home, "/..") && !strchr(home, ':');
}

static void complete(struct account *account, uid_t uid, gid_t gid, bool own_home)
{
    if (!account->name)
        account->name = mem_strdup(uid ? own_name : "root");
    if (own_home || !is_home(account->home)) {
        free(account->home);
        account->home = uid ? mem_printf("/home/%s", account->name) : mem_strdup("/root");
    }
    if (!account->shell || account->shell[0] != '/') {
        free(account->shell);
        account->shell = mem_strdup("/bin/sh");
    }
    account->uid = uid;
    account->gid = gid;
}

static void plan_passwd(const struct account *account, const char *passwd, struct str *ret)
{
    passwd_put(passwd, account, ret);
    if (strcmp(ret->s, passwd) == 0)
        str_clear(ret);
}

/* A group of the user's own is renumbered; one that others share is not. */
static void plan_group(
    const struct account *account, gid_t image_gid, const char *group, struct str *ret)
{
    gid_t gid;
    if (group_has_gid(group, account->gid))
        return;
    bool taken = group_find_name(group, account->name, &gid) && (gid == 0 || gid != image_gid);
    group_put(group, taken ? "ccpod" : account->name, account->gid, ret);
}

static void list_groups(struct user *user, const char *group)
{
    gid_t listed[USER_GROUPS];
    size_t n = user->uid ? group_of_member(group, user->name, listed, USER_GROUPS - 1) : 0;

    user->groups[user->n_groups++] = user->gid;
    for (size_t i = 0; i < n; i++)
        if (listed[i] != 0 && listed[i] != user->gid)
            user->groups[user->n_groups++] = listed[i];
}

bool user_plan(const struct user_wish *wish, const char *passwd, const char *group,
    struct user *ret, struct str *ret_passwd, struct str *ret_group, struct error *err)
{
    unsigned uid = NO_ID, gid = NO_ID;
    if (!read_id("PUID", wish->uid, &uid, err) || !read_id("PGID", wish->gid, &gid, err))
        return false;

    struct account account = find_account(wish, uid, passwd, group);
    uid_t image_uid = account.uid;
    gid_t image_gid = account.gid;
    if (uid == NO_ID)
        uid = image_uid == NO_ID ? 1000 : image_uid;
    if (gid == NO_ID)
        gid = image_uid == NO_ID ? uid : image_gid;
    complete(&account, uid, gid, wish->own_home);

    plan_passwd(&account, passwd, ret_passwd);
    plan_group(&account, image_gid, group, ret_group);
    *ret = (struct user){.uid = uid, .gid = gid, .image_uid = image_uid};
    ret->name = take(account.name);
    ret->home = take(account.home);
    ret->shell = take(account.shell);
    list_groups(ret, group);
    account_release(&account);
    return true;
}

void user_release(struct user *user)
{
    free(user->name);
    free(user->home);
    free(user->shell);
    *user = (struct user){0};
}
