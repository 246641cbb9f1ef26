/* ps_view.h - `ccpod ps --watch`: on a terminal a table that is drawn again in place, elsewhere a
 * line per change, or a JSON object per change. */
#ifndef CLI_PS_VIEW_H
#define CLI_PS_VIEW_H

#include "base/error.h"
#include "pod/member.h"

struct ps_view_options {
    const char *host;
    const struct member_filter *filter; /* `stopped`: show those that have ended, too */
    bool json, no_stats;
};

bool ps_view(const struct ps_view_options *, struct error *err);

#endif
