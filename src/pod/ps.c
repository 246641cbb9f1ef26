/* ps.c - see ps.h. */
#include "pod/ps.h"

#include <stdlib.h>

#include "base/mem.h"
#include "loop/loop.h"
#include "pod/survey.h"

bool ps_list(
    const char *host, const struct member_filter *filter, struct members *ret, struct error *err)
{
    struct loop *loop = mem_zalloc(sizeof *loop);
    struct survey *survey = mem_zalloc(sizeof *survey);

    loop_init(loop);
    survey->picks = member_shown;
    survey_begin(survey, NULL, loop, host, filter);
    loop_run(loop, &survey->flow.op, NULL);
    bool ok = !error_is_set(&survey->flow.op.err);
    error_copy(err, &survey->flow.op.err);
    *ret = survey->members;
    survey->members = (struct members){0};
    survey_release(survey);
    free(survey);
    loop_close(loop);
    free(loop);
    return ok;
}
