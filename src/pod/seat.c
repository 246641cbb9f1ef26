/* seat.c - see seat.h. */
#include "pod/seat.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/limits.h"
#include "base/mem.h"
#include "base/path.h"

static const char SEAT[] = "seat";

static struct seat *self(struct flow *flow)
{
    return container_of(flow, struct seat, flow);
}

static char *seat_path(const struct seat *s)
{
    return path_join(s->rundir->dir, SEAT);
}

static char *wish_path(const struct seat *s)
{
    return path_join(s->rundir->dir, "steal");
}

/* "process 4711 at /dev/pts/3", as its holder has written. */
static void read_holder(const struct seat *s, struct str *ret)
{
    cleanup_error struct error ignored = {0};
    cleanup_free char *path = seat_path(s);
    if (!file_read(path, FILE_NO_LINKS, ret, &ignored) || !ret->len)
        str_addz(ret, "another ccpod");
}

static void write_holder(const struct seat *s)
{
    const char *terminal = ttyname(STDIN_FILENO);
    cleanup_free char *text = terminal ? mem_printf("process %ld at %s", (long)getpid(), terminal)
                                       : mem_printf("process %ld", (long)getpid());
    /* It is for messages alone: what cannot be written is not known then. */
    (void)!ftruncate(s->fd, 0);
    (void)!pwrite(s->fd, text, strlen(text), 0);
}

static void try_free(struct flow *flow)
{
    struct seat *s = self(flow);
    cleanup_str struct str holder = STR(LIMIT_FOREIGN_TEXT);
    cleanup_free char *path = seat_path(s);

    s->fd = pod_lock_try(path);
    if (s->fd >= 0 || s->steal)
        return;
    if (errno != EWOULDBLOCK) {
        op_fail(&flow->op, "open %s: %s", path, strerror(errno));
        return;
    }
    read_holder(s, &holder);
    op_fail(&flow->op, "it is attached already: %s", holder.s);
    error_hint(&flow->op.err, "--steal takes it over; it goes on here, and ends there");
}

static void take_over(struct flow *flow)
{
    struct seat *s = self(flow);
    cleanup_free char *wish = wish_path(s);
    if (s->fd >= 0)
        return;
    int fd = open(wish, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0) {
        op_fail(&flow->op, "make %s: %s", wish, strerror(errno));
        return;
    }
    close(fd);
    pod_lock_begin(&s->lock, &flow->op, s->home, seat_path(s));
}

static void settle(struct flow *flow)
{
    struct seat *s = self(flow);
    cleanup_free char *wish = wish_path(s);
    if (s->fd < 0) {
        s->fd = s->lock.fd;
        s->lock.fd = -1;
    }
    /* Ours, or one that came too late for who sat here before. */
    unlink(wish);
    write_holder(s);
}

static const struct flow_row rows[] = {
    {"look who is attached", try_free,  NULL, NO_LIMIT     },
    {"take it over",         take_over, NULL, SEAT_PATIENCE},
    {"attach",               settle,    NULL, NO_LIMIT     },
};

static void ended(struct op *op)
{
    struct seat *s = container_of(op, struct seat, flow.op);
    cleanup_str struct str holder = STR(LIMIT_FOREIGN_TEXT);
    cleanup_free char *wish = wish_path(s);
    if (s->fd >= 0 || !s->steal)
        return;
    unlink(wish);
    if (!s->flow.overdue)
        return;
    read_holder(s, &holder);
    error_clear(&op->err);
    op_fail(op, "%s is attached, and does not leave", holder.s);
    error_hint(&op->err, "it may be stopped (SIGTSTP): end or continue it");
}

static const struct op_type seat_type = {"seat", flow_step, NULL, ended, flow_child_ended};

void seat_begin(struct seat *s, struct op *parent, const struct ccpod_home *home,
    const struct rundir *rundir, bool steal)
{
    s->home = home;
    s->rundir = rundir;
    s->steal = steal;
    s->fd = -1;
    flow_begin(&s->flow, &seat_type, parent, NULL, rows, array_size(rows), array_size(rows));
    s->flow.brief = true;
}

static void look(void *user)
{
    struct seat *s = user;
    cleanup_free char *wish = wish_path(s);
    if (s->wanted || !file_exists(wish))
        return;
    s->wanted = true;
    op_tell(&s->watch.op);
}

void seat_keep(struct seat *s, struct op *parent)
{
    watch_begin(&s->watch, parent, s->rundir->dir, look, s);
    look(s); /* what was wished before the watch stood */
}

bool seat_is_taken(const char *out_dir)
{
    cleanup_free char *dir = path_dir(out_dir);
    cleanup_free char *path = path_join(dir, SEAT);
    if (!file_exists(path))
        return false;
    int fd = pod_lock_try(path);
    if (fd < 0)
        return errno == EWOULDBLOCK;
    close(fd);
    return false;
}

void seat_leave(struct seat *s)
{
    if (!s->flow.op.type || s->fd < 0)
        return;
    close(s->fd);
    s->fd = -1;
}

void seat_release(struct seat *s)
{
    if (!s->flow.op.type)
        return;
    seat_leave(s);
    pod_lock_release(&s->lock);
    flow_release(&s->flow);
}
