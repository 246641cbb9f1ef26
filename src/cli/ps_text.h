/* ps_text.h - containers as `ps` shows them: as rows of a table, as JSON, as a line each. */
#ifndef CLI_PS_TEXT_H
#define CLI_PS_TEXT_H

#include <jansson.h>

#include "cli/out.h"
#include "cli/table.h"
#include "pod/member.h"

/* "running (healthy)", "exited (1)". */
void ps_state(const struct member *, struct str *ret);
enum out_mark ps_state_mark(const struct member *);

/* NAME, TYPE, PROFILE, STATE, UPTIME, IMAGE, PORTS, PROJECT; the cells between `state` and IMAGE
 * are UPTIME and what the caller adds. */
void ps_add_first(struct table *, const struct member *);
void ps_add_last(struct table *, const struct member *);

/* Names are long and say little that the other columns do not: where the terminal has too few
 * columns they are the first to be shortened. 0: there are as many as it takes. */
void ps_fit(struct table *, unsigned columns);

/* An object with stable keys; a new reference. */
json_t *ps_json(const struct member *);

#endif
