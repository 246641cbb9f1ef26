/* /etc/passwd, /etc/group and the configured user of a hostile image, parted by NUL bytes: there
 * is always a user, with the ids that were asked for, who is found in the new files. */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/limits.h"
#include "base/mem.h"
#include "guest/passwd.h"
#include "guest/user.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static char *next_text(const uint8_t **data, size_t *size)
{
    size_t n = strnlen((const char *)*data, *size);
    char *text = mem_strndup((const char *)*data, n);
    *data += n;
    *size -= n;
    if (*size) {
        ++*data;
        --*size;
    }
    return text;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    cleanup_free char *image_user = next_text(&data, &size);
    cleanup_free char *passwd = next_text(&data, &size);
    cleanup_free char *group = next_text(&data, &size);
    static const char *const ids[] = {"0", "1500", NULL};

    for (size_t i = 0; i < array_size(ids); i++) {
        const struct user_wish wish = {ids[i], ids[i], image_user, i == 1};
        cleanup_error struct error err = {0};
        cleanup_str struct str new_passwd = STR(2 * MIB), new_group = STR(2 * MIB);
        struct user user;
        struct account account = {0};

        assert(user_plan(&wish, passwd, group, &user, &new_passwd, &new_group, &err));
        assert(user.n_groups && user.groups[0] == user.gid && user.n_groups <= USER_GROUPS);
        assert(user.home[0] == '/' && user.shell[0] == '/' && !strchr(user.name, ':'));
        assert(i == 2 || (user.uid == (i ? 1500U : 0U) && user.gid == user.uid));
        assert(i != 2 || user.uid != 0);
        assert(passwd_find_uid(new_passwd.len ? new_passwd.s : passwd, user.uid, &account));
        assert(strcmp(account.name, user.name) == 0 && account.gid == user.gid);
        assert(group_has_gid(new_group.len ? new_group.s : group, user.gid));
        account_release(&account);
        user_release(&user);
    }
    return 0;
}
