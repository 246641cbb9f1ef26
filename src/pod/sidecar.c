/* sidecar.c - see sidecar.h. */
#include "pod/sidecar.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "config/names.h"
#include "docker/events.h"
#include "pod/sidecar_spec.h"

/* Until it is given up. The engine doubles the time between two starts, from 0.1 s, so that what
 * waits in this way for another service has 6 s at least. */
enum { DEATHS_MOST = 7 };

static struct sidecar *self(struct flow *flow)
{
    return container_of(flow, struct sidecar, flow);
}

static void set_up(struct sidecar *s)
{
    if (s->is_up)
        return;
    s->is_up = true;
    const char *event = s->claim.replaced ? "replaced" : s->claim.made ? "started" : "present";
    progress_set(s->pod->progress, s->part, s->healthy ? "healthy" : event, "%s%s",
        s->claim.replaced || s->claim.made ? event : "runs already", s->healthy ? ", healthy" : "");
    op_tell(&s->flow.op);
}

/* --- image and volumes --- */

static void find_image(struct flow *flow)
{
    struct sidecar *s = self(flow);
    const struct volumes *volumes = &s->service->volumes;

    /* One that runs already costs no wait of its own so. */
    container_inspect(&s->seen, &flow->op, s->pod->engine, s->name);
    s->seen.op.quiet = true;
    image_begin(&s->image, &flow->op, s->pod->engine, s->service->image,
        mem_printf("services.%s.image", s->service->name), s->pod->progress, s->part);
    if (volumes->n > SIDECAR_VOLUMES_MAX) {
        op_fail(&flow->op, "more than %d volumes", SIDECAR_VOLUMES_MAX);
        return;
    }
    s->volumes = mem_zalloc((volumes->n + 1) * sizeof *s->volumes);
    for (size_t i = 0; i < volumes->n; i++)
        if (volumes->items[i].kind == VOLUME_NAMED)
            volume_ensure_begin(&s->volumes[i], &flow->op, s->pod->engine,
                sidecar_volume_spec(s->pod, s->service, &volumes->items[i]));
}

/* A volume that was there before keeps its labels: a project must not name another one's. */
static bool check_volumes(struct sidecar *s)
{
    const struct resolved *r = s->pod->resolved;
    char owner[HASH_SHORT + 1];
    owner_id(owner);
    if (!s->service->from_project || r->profile.allow_project_host_mounts)
        return true;
    for (size_t i = 0; i < s->service->volumes.n; i++) {
        if (s->service->volumes.items[i].kind != VOLUME_NAMED)
            continue;
        const char *project = volume_ensure_label(&s->volumes[i], LABEL_PROJECT);
        const char *theirs = volume_ensure_label(&s->volumes[i], LABEL_OWNER);
        if (project && theirs && strcmp(project, r->project_hash) == 0 &&
            strcmp(theirs, owner) == 0)
            continue;
        op_fail(&s->flow.op, "the volume %s exists already, and is not this project's",
            s->service->volumes.items[i].source);
        error_hint(&s->flow.op.err,
            "name another one; allowProjectHostMounts in the profile lets projects use any");
        return false;
    }
    return true;
}

/* --- the container --- */

static bool has_what_it_needs(struct flow *flow)
{
    const struct sidecar *s = self(flow);
    if (!s->pod->looked || !s->pod->network_id || !pod_knows_engine(s->pod))
        return false;
    for (size_t i = 0; i < s->n_needs; i++)
        if (!s->needs[i]->is_up)
            return false;
    return true;
}

static void start(struct flow *flow)
{
    struct sidecar *s = self(flow);
    if (!check_volumes(s) || !sidecar_spec(s->pod, s->service, image_json(&s->image), s->empty_file,
                                 &s->request, &flow->op.err))
        return;
    sidecar_spec_hash(s->request, s->hash);
    pod_join_network(s->request, s->pod->network_id, s->service->name);
    s->has_health = sidecar_has_health(s->service, image_json(&s->image));
    bool exists = pod_find(s->pod, s->name) != NULL;
    if (!exists)
        progress_set(s->pod->progress, s->part, "starting", "starting");
    claim_begin(&s->claim, &flow->op, s->pod,
        &(struct claim_spec){.name = s->name,
            .type = s->service->name,
            .request = s->request,
            .hash = s->hash,
            .image = s->service->image,
            .exists = exists,
            .seen = s->seen.json,
            .part = s->part});
}

/* --- health --- */

/* Would the engine start it again by itself? Podman shows no state of its own for the time until
 * it does. */
static bool comes_back(const struct sidecar *s)
{
    enum restart_policy policy = s->service->restart;
    long long tries = s->service->restart_tries;
    return policy == RESTART_ALWAYS || policy == RESTART_UNLESS_STOPPED ||
           (policy == RESTART_ON_FAILURE && s->code != 0 && (!tries || s->deaths <= tries));
}

static bool has_ended(const struct sidecar *s, const json_t *state)
{
    return !json_is_true_at(state, "Running") && !json_is_true_at(state, "Restarting") &&
           !(s->pod->engine->is_podman && s->deaths && comes_back(s));
}

/* One that does not run right now is called unhealthy as well, whatever it was. */
static void note_state(struct sidecar *s, const json_t *state)
{
    bool runs = json_is_true_at(state, "Running") && !json_is_true_at(state, "Restarting");
    const char *health = json_text_at(state, "Health.Status");
    if (health && strcmp(health, "healthy") == 0)
        s->healthy = true;
    if (health && strcmp(health, "unhealthy") == 0 && runs)
        s->unhealthy = true;
    if (state && has_ended(s, state)) {
        s->died = true;
        s->code = (int)json_int_at(state, "ExitCode", 0);
    }
    if (s->inspect.status == 404)
        s->died = true;
}

/* Whether the engine starts it again only the engine knows. */
static void note_death(struct sidecar *s, const json_t *message)
{
    const char *code = event_attribute(message, "exitCode");
    long long number = 0;
    if (code)
        text_number(code, 0, 255, &number);
    s->code = (int)number;
    s->deaths++;
    if (s->service->restart == RESTART_NO || (!s->is_up && s->deaths >= DEATHS_MOST))
        s->died = true;
    else
        sidecar_look_again(s);
}

void sidecar_on_event(struct sidecar *s, const json_t *message)
{
    const char *id = event_id(message), *action = json_text_at(message, "Action");
    if (!id || !action || !s->claim.id || strcmp(id, s->claim.id) != 0)
        return;
    if (strcmp(action, "health_status: healthy") == 0)
        s->healthy = true;
    if (strcmp(action, "health_status: unhealthy") == 0)
        s->unhealthy = true;
    if (strcmp(action, "die") == 0)
        note_death(s, message);
    op_kick(&s->flow.op);
}

void sidecar_look_again(struct sidecar *s)
{
    s->looks_late = op_is_alive(&s->inspect.op);
    if (!op_is_alive(&s->flow.op) || !s->claim.id || s->looks_late)
        return;
    container_inspect(&s->inspect, &s->flow.op, s->pod->engine, s->claim.id);
    s->inspect.op.background = true;
    s->inspect.op.quiet = true;
}

static bool wants_health(const struct sidecar *s)
{
    return s->has_health && s->pod->patient;
}

/* Events tell what changes; what a container that was there already is, only the engine knows. */
static void begin_health(struct flow *flow)
{
    struct sidecar *s = self(flow);
    if (!wants_health(s))
        return;
    progress_set(s->pod->progress, s->part, "waiting", "waiting until it is healthy");
    if (!s->claim.made)
        sidecar_look_again(s);
}

static bool is_healthy(struct flow *flow)
{
    struct sidecar *s = self(flow);
    if (!wants_health(s) || s->healthy)
        set_up(s);
    return s->is_up || s->died || s->unhealthy;
}

static bool is_over(struct flow *flow)
{
    const struct sidecar *s = self(flow);
    return s->pod->settled || s->died || (s->unhealthy && !s->is_up);
}

static bool has_failed(const struct sidecar *s)
{
    return !s->pod->settled && (s->died || s->unhealthy);
}

static void ask_last_words(struct flow *flow)
{
    struct sidecar *s = self(flow);
    if (has_failed(s))
        last_words_begin(&s->logs, &flow->op, s->pod->engine, s->claim.id);
}

static char *how_it_failed(const struct sidecar *s)
{
    if (!s->died)
        return mem_strdup("it is unhealthy");
    if (s->deaths > 1)
        return mem_printf("it ended %u times, the last time with code %d", s->deaths, s->code);
    return mem_printf("it ended with code %d", s->code);
}

static void say_why(struct flow *flow)
{
    struct sidecar *s = self(flow);
    if (!has_failed(s))
        return;
    cleanup_free char *words = last_words(&s->logs);
    cleanup_free char *how = how_it_failed(s);
    progress_set(s->pod->progress, s->part, "failed", "%s", how);
    op_fail(
        &flow->op, "%s%s%s", how, *words ? "; the last it said:" : " and has said nothing", words);
}

/* A step of its own: what an inspect brought is noted before the rows go on. */
static void step(struct op *op)
{
    struct sidecar *s = container_of(op, struct sidecar, flow.op);
    if (s->inspect.op.ended && s->inspect.json) {
        note_state(s, json_at(s->inspect.json, "State"));
        call_release(&s->inspect);
        if (s->looks_late)
            sidecar_look_again(s);
        op_tell(op);
    }
    flow_step(op);
}

static void ended(struct op *op)
{
    struct sidecar *s = container_of(op, struct sidecar, flow.op);
    if (error_is_set(&op->err))
        error_wrap(&op->err, "service %s", s->service->name);
}

static const struct flow_row rows[] = {
    {"find its image",           find_image,     NULL,              NO_LIMIT    },
    {"wait for what it needs",   NULL,           has_what_it_needs, NO_LIMIT    },
    {"start it",                 start,          NULL,              300 * SECOND},
    {"wait until it is healthy", begin_health,   is_healthy,        NO_LIMIT    },
    {"stand by",                 NULL,           is_over,           NO_LIMIT    },
    {"ask for its last words",   ask_last_words, NULL,              20 * SECOND },
    {"look at its end",          say_why,        NULL,              NO_LIMIT    },
};

static const struct op_type sidecar_type = {"sidecar", step, NULL, ended, flow_child_ended};

void sidecar_begin(struct sidecar *s, struct op *parent, struct pod *pod,
    const struct service *service, struct sidecar **needs, size_t n_needs)
{
    const struct resolved *r = pod->resolved;
    flow_begin(&s->flow, &sidecar_type, parent, NULL, rows, array_size(rows), array_size(rows));
    s->flow.brief = true;
    s->flow.op.background = true;
    s->flow.op.about = service->name;
    s->pod = pod;
    s->service = service;
    s->needs = needs;
    s->n_needs = n_needs;
    s->part = progress_add(pod->progress, service->name);
    s->name = name_service(r->profile.name, r->project_hash, service->name);
    s->empty_file = pod_empty_file(pod);
}

void sidecar_release(struct sidecar *s)
{
    image_release(&s->image);
    for (size_t i = 0; s->volumes && i < s->service->volumes.n; i++)
        volume_ensure_release(&s->volumes[i]);
    free(s->volumes);
    call_release(&s->seen);
    call_release(&s->inspect);
    call_release(&s->logs);
    claim_release(&s->claim);
    json_decref(s->request);
    free(s->needs);
    free(s->name);
    free(s->empty_file);
    if (s->flow.op.type)
        flow_release(&s->flow);
}
