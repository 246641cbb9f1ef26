/* ps_ended.h - containers that have ended by the engine's events, while its list still calls them
 * running: 60 ms on a quiet machine, most of a second on a busy one. Until the list agrees, members
 * are made to say what the event has told. */
#ifndef POD_PS_ENDED_H
#define POD_PS_ENDED_H

#include <jansson.h>

#include "pod/member.h"

struct ps_ended {
    json_t *statuses; /* by id, in the words of the list; NULL: none */
};

/* Notes the end, or the new start, that an event of the engine tells of. */
void ps_ended_note(struct ps_ended *, const json_t *event);

/* Corrects `members`, and forgets those of which the list knows. */
void ps_ended_apply(struct ps_ended *, struct members *);

void ps_ended_release(struct ps_ended *); /* usable again after */

#endif
