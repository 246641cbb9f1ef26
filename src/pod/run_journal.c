/* run_journal.c - what a run notes for machines (journal.h). */
#include <signal.h>
#include <string.h>

#include "base/json.h"
#include "base/mem.h"
#include "pod/run_int.h"

static const char PART[] = "claude";

enum { SIGNAL_MOST = 64 }; /* of Linux */

void run_note_container(struct run *run, const char *event)
{
    json_t *facts = json_pack("{s:s, s:s}", "container", run->name, "id", run->id);
    journal_note(&run->journal, event, PART, facts);
}

void run_look_at_saved(struct run *run)
{
    unsigned saved = run->courier.saved + run->salvage.saved;
    for (; run->noted_saved < saved; run->noted_saved++)
        journal_note(&run->journal, "credentials-saved", PART, NULL);
}

static const char *who_ended(const struct run *run, bool oom)
{
    if (run->ended_by)
        return run->ended_by;
    return oom || (run->code == EXIT_CODE_SIGNAL + SIGKILL) ? "outside" : "itself";
}

void run_note_end(struct run *run)
{
    bool oom = json_is_true_at(run->autopsy.json, "State.OOMKilled");
    if (run->left) {
        journal_note(&run->journal, "left", PART,
            json_pack("{s:s}", "by",
                run->stolen                               ? "stolen"
                : run->session.detached || run->o->detach ? "user"
                                                          : "terminal"));
    } else if (run->has_code) {
        int sig = run->code - EXIT_CODE_SIGNAL;
        journal_note(&run->journal, "exited", PART,
            json_pack("{s:i, s:o, s:b, s:s}", "code", run->code, "signal",
                sig > 0 && sig <= SIGNAL_MOST ? json_integer(sig) : json_null(), "oom", oom, "by",
                who_ended(run, oom)));
    }
}

void run_end_journal(struct flow *flow)
{
    struct run *run = run_of(flow);
    const char *why = flow->op.err.text;
    cleanup_str struct str text = STR(LIMIT_MESSAGE);
    if (why)
        str_add_harmless(&text, why, strlen(why), LIMIT_MESSAGE / 8);
    journal_note(&run->journal, "ended", NULL,
        json_pack("{s:i, s:o}", "code", run_exit_code(run), "error",
            why ? json_string(text.s) : json_null()));
    journal_end(&run->journal);
}

bool run_is_journal_written(struct flow *flow)
{
    return !op_is_alive(&run_of(flow)->journal.sink.op);
}
