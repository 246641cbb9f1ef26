/* survey.h - finds the engine and asks it, in one call, which containers are ours. The first
 * children of every command that looks at pods or ends them.
 *
 *     survey_begin(&x->survey, &flow->op, NULL, host, &filter);
 *     // when it has ended: x->survey.engine, x->survey.members */
#ifndef POD_SURVEY_H
#define POD_SURVEY_H

#include "docker/containers.h"
#include "docker/discover.h"
#include "loop/flow.h"
#include "pod/member.h"

struct survey {
    struct flow flow;
    const char *host;
    struct member_filter filter;
    const struct json_pick *picks; /* set before the beginning; NULL: members are whole */
    struct discover discover;
    struct engine engine;
    struct call list;
    struct members members;
};

/* Texts are borrowed until the end. `parent` NULL: a root of `loop`. `host`: --host, or NULL. */
void survey_begin(struct survey *, struct op *parent, struct loop *, const char *host,
    const struct member_filter *);
void survey_release(struct survey *);

#endif
