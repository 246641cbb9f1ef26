/* ps.h - which containers of ours there are. */
#ifndef POD_PS_H
#define POD_PS_H

#include "base/error.h"
#include "pod/member.h"

/* Asks once; release the members in any case. `host`: --host, or NULL. */
bool ps_list(const char *host, const struct member_filter *, struct members *ret, struct error *);

#endif
