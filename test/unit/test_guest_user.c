/* As whom Claude runs: every kind of image, and what /etc/passwd and /etc/group say afterwards. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/limits.h"
#include "base/mem.h"
#include "guest/passwd.h"
#include "guest/user.h"

#define ROOT       "root:x:0:0:root:/root:/bin/bash\n"
#define NODE       "node:x:1000:1000::/home/node:/bin/bash\n"
#define ROOT_GROUP "root:x:0:\n"
#define NODE_GROUP "node:x:1000:\n"

struct row {
    struct user_wish wish;
    const char *passwd, *group;
    /* expected; NULL for a text: the file stays as it is */
    const char *name, *home;
    uid_t uid;
    gid_t gid;
    uid_t image_uid;
    const char *new_passwd, *new_group;
};

#define NOBODY ((uid_t)-1)

/* clang-format off */
static const struct row rows[] = {
    /* the ids are the image's own: nothing changes */
    {{"1000", "1000", NULL, false}, ROOT NODE, ROOT_GROUP NODE_GROUP,
     "node", "/home/node", 1000, 1000, 1000, NULL, NULL},
    /* node gets the owner's ids */
    {{"1500", "1600", NULL, false}, ROOT NODE, ROOT_GROUP NODE_GROUP,
     "node", "/home/node", 1500, 1600, 1000,
     ROOT "node:x:1500:1600::/home/node:/bin/bash\n", ROOT_GROUP "node:x:1600:\n"},
    /* a group id that the image has stays another group's */
    {{"501", "20", NULL, false}, ROOT NODE, ROOT_GROUP "dialout:x:20:\n" NODE_GROUP,
     "node", "/home/node", 501, 20, 1000,
     ROOT "node:x:501:20::/home/node:/bin/bash\n", NULL},
    /* a user id that the image has: ours stands first, so that it gives the name */
    {{"33", "33", NULL, false}, ROOT "www:x:33:33::/var/www:/bin/sh\n" NODE, ROOT_GROUP "www:x:33:\n",
     "node", "/home/node", 33, 33, 1000,
     ROOT "node:x:33:33::/home/node:/bin/bash\nwww:x:33:33::/var/www:/bin/sh\n", NULL},
    /* the configured user counts before node, by name and by number, with its group */
    {{"1500", "1500", "app", false}, ROOT NODE "app:x:900:901:App:/srv/app:/bin/sh\n", ROOT_GROUP "app:x:901:node\n",
     "app", "/srv/app", 1500, 1500, 900,
     ROOT NODE "app:x:1500:1500:App:/srv/app:/bin/sh\n", ROOT_GROUP "app:x:1500:node\n"},
    {{"1500", "1500", "900:50", false}, ROOT NODE "app:x:900:901:App:/srv/app:/bin/sh\n", ROOT_GROUP "app:x:901:\n",
     "app", "/srv/app", 1500, 1500, 900,
     ROOT NODE "app:x:1500:1500:App:/srv/app:/bin/sh\n", ROOT_GROUP "app:x:901:\nccpod:x:1500:\n"},
    /* a configured number that nobody has, as OpenShift's images have it */
    {{"1500", "0", "1001", false}, ROOT, ROOT_GROUP,
     "claude", "/home/claude", 1500, 0, 1001,
     ROOT "claude:x:1500:0::/home/claude:/bin/sh\n", NULL},
    /* a configured root is no user to run as */
    {{"1500", "1500", "root", false}, ROOT NODE, ROOT_GROUP NODE_GROUP,
     "node", "/home/node", 1500, 1500, 1000,
     ROOT "node:x:1500:1500::/home/node:/bin/bash\n", ROOT_GROUP "node:x:1500:\n"},
    {{"1500", "1500", "0:0", false}, ROOT "u:x:1000:100::/home/u:\n", ROOT_GROUP "users:x:100:\n",
     "u", "/home/u", 1500, 1500, 1000,
     ROOT "u:x:1500:1500::/home/u:/bin/sh\n", ROOT_GROUP "users:x:100:\nu:x:1500:\n"},
    /* an image with no user at all, or with no files */
    {{"1500", "1500", "", false}, ROOT, ROOT_GROUP,
     "claude", "/home/claude", 1500, 1500, NOBODY,
     ROOT "claude:x:1500:1500::/home/claude:/bin/sh\n", ROOT_GROUP "claude:x:1500:\n"},
    {{NULL, NULL, NULL, false}, "", "",
     "claude", "/home/claude", 1000, 1000, NOBODY,
     "claude:x:1000:1000::/home/claude:/bin/sh\n", "claude:x:1000:\n"},
    /* no wish: as the image has it */
    {{NULL, NULL, "app:users", false}, ROOT "app:x:900:901::/srv:/bin/sh\n", ROOT_GROUP "users:x:100:\n",
     "app", "/srv", 900, 100, 900,
     ROOT "app:x:900:100::/srv:/bin/sh\n", NULL},
    /* a home that would be the whole system, or would leave it */
    {{"1500", "1500", "d", false}, ROOT "d:x:2:2::/:/bin/sh\n", ROOT_GROUP "d:x:2:\n",
     "d", "/home/d", 1500, 1500, 2, ROOT "d:x:1500:1500::/home/d:/bin/sh\n", ROOT_GROUP "d:x:1500:\n"},
    {{"1500", "1500", "d", false}, ROOT "d:x:2:2::/home/../etc:/bin/sh\n", ROOT_GROUP "d:x:2:\n",
     "d", "/home/d", 1500, 1500, 2, ROOT "d:x:1500:1500::/home/d:/bin/sh\n", ROOT_GROUP "d:x:1500:\n"},
    {{"1500", "1500", "d", true}, ROOT "d:x:2:2::/usr/sbin:/bin/sh\n", ROOT_GROUP "d:x:2:\n",
     "d", "/home/d", 1500, 1500, 2, ROOT "d:x:1500:1500::/home/d:/bin/sh\n", ROOT_GROUP "d:x:1500:\n"},
    /* root, with and without a line of its own; its group's name is not taken for another id */
    {{"0", "0", "node", false}, ROOT NODE, ROOT_GROUP NODE_GROUP,
     "root", "/root", 0, 0, 0, NULL, NULL},
    {{"0", "0", NULL, false}, NODE, NODE_GROUP,
     "root", "/root", 0, 0, 0, NODE "root:x:0:0::/root:/bin/sh\n", NODE_GROUP "root:x:0:\n"},
    {{"0", "1000", NULL, false}, ROOT, ROOT_GROUP,
     "root", "/root", 0, 1000, 0,
     "root:x:0:1000:root:/root:/bin/bash\n", ROOT_GROUP "ccpod:x:1000:\n"},
    /* lines that nobody understands stay, and a file without a last newline gets one */
    {{"1500", "1500", NULL, false}, "# who\nbad\n+::::::\n" ROOT "node:x:1000:1000::/home/node:/bin/sh", "x\n:::\n",
     "node", "/home/node", 1500, 1500, 1000,
     "# who\nbad\n+::::::\n" ROOT "node:x:1500:1500::/home/node:/bin/sh\n", "x\n:::\nnode:x:1500:\n"},
    /* a `node` that is root in disguise is none */
    {{"1500", "1500", NULL, false}, ROOT "node:x:0:0::/root:/bin/sh\nu:x:1000:1000::/home/u:/bin/sh\n", "u:x:1000:\n",
     "u", "/home/u", 1500, 1500, 1000,
     ROOT "node:x:0:0::/root:/bin/sh\nu:x:1500:1500::/home/u:/bin/sh\n", "u:x:1500:\n"},
};
/* clang-format on */

static void plans_for_every_image(void **state)
{
    (void)state;
    for (size_t i = 0; i < array_size(rows); i++) {
        const struct row *row = &rows[i];
        cleanup_error struct error err = {0};
        cleanup_str struct str passwd = STR(MIB), group = STR(MIB);
        struct user user;

        print_message("row %zu\n", i);
        assert_true(user_plan(&row->wish, row->passwd, row->group, &user, &passwd, &group, &err));
        assert_string_equal(user.name, row->name);
        assert_string_equal(user.home, row->home);
        assert_int_equal(user.uid, row->uid);
        assert_int_equal(user.gid, row->gid);
        assert_int_equal(user.image_uid, row->image_uid);
        assert_int_equal(user.groups[0], row->gid);
        assert_string_equal(passwd.s, row->new_passwd ? row->new_passwd : "");
        assert_string_equal(group.s, row->new_group ? row->new_group : "");
        user_release(&user);
    }
}

static void planning_again_changes_nothing(void **state)
{
    (void)state;
    for (size_t i = 0; i < array_size(rows); i++) {
        const struct row *row = &rows[i];
        cleanup_error struct error err = {0};
        cleanup_str struct str passwd = STR(MIB), group = STR(MIB);
        struct user user;
        /* An image's user that is known by its number alone is not found again by it. */
        bool by_number = row->wish.image_user && strcmp(row->wish.image_user, "900:50") == 0;
        if (!row->new_passwd || !row->wish.uid || by_number)
            continue;
        print_message("row %zu\n", i);
        assert_true(user_plan(&row->wish, row->new_passwd,
            row->new_group ? row->new_group : row->group, &user, &passwd, &group, &err));
        assert_string_equal(user.name, row->name);
        assert_string_equal(passwd.s, "");
        assert_string_equal(group.s, "");
        user_release(&user);
    }
}

static void takes_the_groups_of_the_image_but_not_roots(void **state)
{
    (void)state;
    const struct user_wish wish = {"1500", "1500", NULL, false};
    cleanup_error struct error err = {0};
    cleanup_str struct str passwd = STR(MIB), group = STR(MIB);
    struct user user;
    assert_true(user_plan(&wish, ROOT NODE,
        "root:x:0:node\naudio:x:29:a,node\nvideo:x:44:nodes,anode\nbuild:x:70:node,\n" NODE_GROUP,
        &user, &passwd, &group, &err));
    assert_int_equal(user.n_groups, 3);
    assert_int_equal(user.groups[0], 1500);
    assert_int_equal(user.groups[1], 29);
    assert_int_equal(user.groups[2], 70);
    user_release(&user);
}

static void has_room_for_as_many_groups_as_it_says(void **state)
{
    (void)state;
    const struct user_wish wish = {"1500", "1500", NULL, false};
    cleanup_error struct error err = {0};
    cleanup_str struct str passwd = STR(MIB), new_group = STR(MIB), group = STR(MIB);
    struct user user;
    for (int i = 1; i < 100; i++)
        str_addf(&group, "g%d:x:%d:node\n", i, i + 5000);
    assert_true(user_plan(&wish, ROOT NODE, group.s, &user, &passwd, &new_group, &err));
    assert_int_equal(user.n_groups, USER_GROUPS);
    user_release(&user);
}

static void refuses_what_is_no_id(void **state)
{
    (void)state;
    static const char *const bad[] = {"x", "-1", "1.5", " 1", "4294967295", "99999999999"};
    for (size_t i = 0; i < array_size(bad); i++) {
        const struct user_wish as_user = {.uid = bad[i]}, as_group = {.gid = bad[i]};
        cleanup_error struct error err = {0}, other = {0};
        cleanup_str struct str passwd = STR(MIB), group = STR(MIB);
        struct user user;
        assert_false(user_plan(&as_user, "", "", &user, &passwd, &group, &err));
        assert_non_null(strstr(err.text, "PUID"));
        assert_false(user_plan(&as_group, "", "", &user, &passwd, &group, &other));
        assert_non_null(strstr(other.text, "PGID"));
    }
}

static void takes_the_largest_id(void **state)
{
    (void)state;
    const struct user_wish wish = {.uid = "4294967294", .gid = "4294967294"};
    cleanup_error struct error err = {0};
    cleanup_str struct str passwd = STR(MIB), group = STR(MIB);
    struct user user;
    assert_true(user_plan(&wish, "", "", &user, &passwd, &group, &err));
    assert_true(user.uid == 4294967294U && user.gid == 4294967294U);
    assert_non_null(strstr(passwd.s, ":4294967294:4294967294:"));
    user_release(&user);
}

static void reads_lines_with_too_few_or_many_fields_as_none(void **state)
{
    (void)state;
    struct account account;
    gid_t gid;
    assert_false(passwd_find_name("a:x:1:1::/\n", "a", &account));
    assert_false(passwd_find_name("a:x:1:1::/:/bin/sh:more\n", "a", &account));
    assert_false(passwd_find_name("a:x:4294967295:1::/:\n", "a", &account));
    assert_false(passwd_find_name("ab:x:1:1::/:\n", "a", &account));
    assert_false(group_find_name("g:x:1\n", "g", &gid));
    assert_false(group_find_name("g:x:y:\n", "g", &gid));
    assert_true(group_find_name("g:x:7:a,b", "g", &gid));
    assert_int_equal(gid, 7);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(plans_for_every_image),
        cmocka_unit_test(planning_again_changes_nothing),
        cmocka_unit_test(takes_the_groups_of_the_image_but_not_roots),
        cmocka_unit_test(has_room_for_as_many_groups_as_it_says),
        cmocka_unit_test(refuses_what_is_no_id),
        cmocka_unit_test(takes_the_largest_id),
        cmocka_unit_test(reads_lines_with_too_few_or_many_fields_as_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
