/* loop.c - see loop.h. */
#include "loop/loop.h"

#include <assert.h>
#include <unistd.h>

#include "base/log.h"
#include "loop/loop_int.h"

/* After the root was told to finish, closing handles takes turns of the loop, not seconds. */
enum { LAST_LIMIT = 5 * SECOND };

static void run_queue(uv_idle_t *idle)
{
    struct loop *loop = idle->data;
    struct op *op = loop->head;

    loop->head = NULL;
    loop->tail = &loop->head;
    while (op) {
        struct op *next = op->next_queued;
        op->queued = false;
        op_turn(op);
        op = next;
    }
    if (!loop->head)
        uv_idle_stop(&loop->idle);
}

void loop_enqueue(struct loop *loop, struct op *op)
{
    if (op->queued)
        return;
    op->queued = true;
    op->next_queued = NULL;
    *loop->tail = op;
    loop->tail = &op->next_queued;
    uv_idle_start(&loop->idle, run_queue);
}

void loop_init(struct loop *loop)
{
    int rc = uv_loop_init(&loop->uv);
    assert(rc == 0);
    (void)rc;
    uv_idle_init(&loop->uv, &loop->idle);
    uv_timer_init(&loop->uv, &loop->last);
    uv_unref((uv_handle_t *)&loop->last);
    loop->idle.data = loop;
    loop->last.data = loop;
    loop->head = NULL;
    loop->tail = &loop->head;
    loop->root = NULL;
    loop->stuck = NULL;
    loop->timing = NULL;
}

static void say_handle(uv_handle_t *handle, void *arg)
{
    (void)arg;
    if (!uv_is_closing(handle))
        log_write(LOG_ERROR, "still open: a %s", uv_handle_type_name(handle->type));
}

static void on_stuck(uv_timer_t *timer)
{
    struct loop *loop = timer->data;
    if (loop->stuck)
        loop->stuck();
    log_write(LOG_ERROR, "%s could not be ended; giving up", loop->root->type->name);
    uv_walk(&loop->uv, say_handle, NULL);
    _exit(EXIT_CODE_FAILED);
}

void loop_run(struct loop *loop, struct op *root, void (*stuck)(void))
{
    loop->root = root;
    loop->stuck = stuck;
    while (!root->ended) {
        if (root->finishing && !uv_is_active((uv_handle_t *)&loop->last))
            uv_timer_start(&loop->last, on_stuck, LAST_LIMIT, 0);
        uv_run(&loop->uv, UV_RUN_ONCE);
    }
    uv_timer_stop(&loop->last);
}

void loop_close(struct loop *loop)
{
    uv_close((uv_handle_t *)&loop->idle, NULL);
    uv_close((uv_handle_t *)&loop->last, NULL);
    uv_run(&loop->uv, UV_RUN_NOWAIT);
    int rc = uv_loop_close(&loop->uv);
    if (rc != 0)
        uv_walk(&loop->uv, say_handle, NULL);
    assert(rc == 0);
}

uv_loop_t *loop_uv(struct loop *loop)
{
    return &loop->uv;
}

uint64_t loop_now(const struct loop *loop)
{
    return uv_now(&loop->uv);
}
