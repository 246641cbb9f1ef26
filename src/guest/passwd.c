/* passwd.c - see passwd.h. */
#include "guest/passwd.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

/* The fields of one line; a line has as many as it needs to be understood, or none count. */
enum { PASSWD_FIELDS = 7, GROUP_FIELDS = 4, FIELDS = 8 };

struct line {
    const char *start;
    size_t n; /* without the newline */
    const char *field[FIELDS];
    size_t size[FIELDS];
    size_t fields;
};

/* The next line of *text, which moves behind it; false at the end. */
static bool next_line(const char **text, struct line *ret)
{
    if (!**text)
        return false;
    *ret = (struct line){.start = *text, .n = strcspn(*text, "\n")};
    const char *at = ret->start, *end = ret->start + ret->n;
    while (ret->fields < FIELDS) {
        const char *colon = memchr(at, ':', (size_t)(end - at));
        ret->field[ret->fields] = at;
        ret->size[ret->fields++] = (size_t)((colon ? colon : end) - at);
        if (!colon)
            break;
        at = colon + 1;
    }
    *text = *end ? end + 1 : end;
    return true;
}

static char *field(const struct line *line, size_t i)
{
    return mem_strndup(line->field[i], line->size[i]);
}

static bool field_is(const struct line *line, size_t i, const char *text)
{
    return line->size[i] == strlen(text) && memcmp(line->field[i], text, line->size[i]) == 0;
}

/* Ids are unsigned, and the last one means "none" to the kernel. */
static bool field_id(const struct line *line, size_t i, unsigned *ret)
{
    cleanup_free char *text = field(line, i);
    long long id;
    if (!text_number(text, 0, 0xfffffffeLL, &id))
        return false;
    *ret = (unsigned)id;
    return true;
}

static bool next_account(const char **passwd, struct line *line, uid_t *uid, gid_t *gid)
{
    while (next_line(passwd, line))
        if (line->fields == PASSWD_FIELDS && field_id(line, 2, uid) && field_id(line, 3, gid))
            return true;
    return false;
}

static bool find(const char *passwd, const char *name, uid_t uid, struct account *ret)
{
    struct line line;
    uid_t line_uid;
    gid_t gid;
    while (next_account(&passwd, &line, &line_uid, &gid)) {
        if (name ? !field_is(&line, 0, name) : line_uid != uid)
            continue;
        *ret = (struct account){
            field(&line, 0), line_uid, gid, field(&line, 4), field(&line, 5), field(&line, 6)};
        return true;
    }
    return false;
}

bool passwd_find_name(const char *passwd, const char *name, struct account *ret)
{
    return find(passwd, name, 0, ret);
}

bool passwd_find_uid(const char *passwd, uid_t uid, struct account *ret)
{
    return find(passwd, NULL, uid, ret);
}

void account_release(struct account *account)
{
    free(account->name);
    free(account->gecos);
    free(account->home);
    free(account->shell);
    *account = (struct account){0};
}

static void add_line(struct str *text, const struct line *line)
{
    str_add(text, line->start, line->n);
    str_addc(text, '\n');
}

static void add_account(struct str *text, const struct account *a)
{
    str_addf(text, "%s:x:%u:%u:%s:%s:%s\n", a->name, (unsigned)a->uid, (unsigned)a->gid,
        a->gecos ? a->gecos : "", a->home, a->shell ? a->shell : "");
}

void passwd_put(const char *passwd, const struct account *account, struct str *ret)
{
    struct line line;
    bool put = false;
    while (next_line(&passwd, &line)) {
        unsigned uid;
        bool own = field_is(&line, 0, account->name);
        bool same = line.fields > 2 && field_id(&line, 2, &uid) && uid == account->uid;
        if (!put && (own || same)) {
            add_account(ret, account);
            put = true;
        }
        if (!own)
            add_line(ret, &line);
    }
    if (!put)
        add_account(ret, account);
}

static bool next_group(const char **group, struct line *line, gid_t *gid)
{
    while (next_line(group, line))
        if (line->fields == GROUP_FIELDS && field_id(line, 2, gid))
            return true;
    return false;
}

bool group_find_name(const char *group, const char *name, gid_t *ret)
{
    struct line line;
    gid_t gid;
    while (next_group(&group, &line, &gid))
        if (field_is(&line, 0, name)) {
            *ret = gid;
            return true;
        }
    return false;
}

bool group_has_gid(const char *group, gid_t gid)
{
    struct line line;
    gid_t found;
    while (next_group(&group, &line, &found))
        if (found == gid)
            return true;
    return false;
}

void group_put(const char *group, const char *name, gid_t gid, struct str *ret)
{
    struct line line;
    bool put = false;
    while (next_line(&group, &line)) {
        if (!field_is(&line, 0, name)) {
            add_line(ret, &line);
        } else if (!put) {
            bool has = line.fields == GROUP_FIELDS;
            str_addf(ret, "%s:x:%u:%.*s\n", name, (unsigned)gid, has ? (int)line.size[3] : 0,
                has ? line.field[3] : "");
            put = true;
        }
    }
    if (!put)
        str_addf(ret, "%s:x:%u:\n", name, (unsigned)gid);
}

static bool lists(const struct line *line, const char *name)
{
    size_t n = strlen(name);
    const char *at = line->field[3], *end = at + line->size[3];
    while (at < end) {
        const char *comma = memchr(at, ',', (size_t)(end - at));
        size_t len = (size_t)((comma ? comma : end) - at);
        if (len == n && memcmp(at, name, n) == 0)
            return true;
        at += len + 1;
    }
    return false;
}

size_t group_of_member(const char *group, const char *name, gid_t *ret, size_t max)
{
    struct line line;
    gid_t gid;
    size_t n = 0;
    while (n < max && next_group(&group, &line, &gid))
        if (lists(&line, name))
            ret[n++] = gid;
    return n;
}
