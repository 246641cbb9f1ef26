/* trust_text.c - see trust_text.h. */
#include "cli/trust_text.h"

#include <stdio.h>
#include <string.h>

#include "base/limits.h"
#include "base/log.h"
#include "cli/ask.h"
#include "config/trust.h"

static void add_line(struct str *out, const char *line)
{
    str_add_harmless(out, line, strlen(line), LIMIT_FOREIGN_TEXT);
    str_addc(out, '\n');
}

void trust_text(const char *project_dir, const struct strv *wants, struct str *out)
{
    str_addz(out, "project: ");
    add_line(out, project_dir);
    if (!wants->n)
        str_addz(out, "It asks for nothing that needs trust.\n");
    else
        str_addz(out, "It asks for what runs or steers Claude, with your credentials:\n");
    for (size_t i = 0; i < wants->n; i++) {
        str_addz(out, "  ");
        add_line(out, wants->v[i]);
    }
    if (wants->n == LIMIT_WANTS)
        str_addz(out, "  and more: look at its files\n");
}

bool trust_ask(
    const struct ccpod_home *home, const struct resolved *r, bool *ret_yes, struct error *err)
{
    cleanup_str struct str text = STR(MIB);

    *ret_yes = false;
    if (r->trust != TRUST_NONE || !r->snapshot.wants.n || r->snapshot.unread ||
        !ask_is_possible() || trust_is_refused(home, r->project_hash, r->snapshot.hash))
        return true;
    trust_text(r->project.dir, &r->snapshot.wants, &text);
    fputs(text.s, stderr);
    *ret_yes = ask_yes("Trust this project, until one of these files changes?", false);
    if (*ret_yes)
        return trust_store(home, r->project_hash, r->snapshot.hash, err);
    log_news("then it is left out, without a question, until one of these files changes");
    return trust_refuse(home, r->project_hash, r->snapshot.hash, err);
}
