/* project_state.h - what Claude keeps of a project in its .claude.json (allowed tools, MCP servers,
 * answers), from one run of the project to the next: ~/.ccpod/state/<name>/<projecthash>.json.
 *
 * All projects look alike from inside (`/workspace`), and what stands there runs with Claude's key.
 * So it is only for a project that the user trusts, in a profile that keeps state; it lies beside
 * the state directory, not in it, where a run that is not trusted could write it; and of all that
 * a container has written, only the entry for the workspace of its own run is taken. */
#ifndef POD_PROJECT_STATE_H
#define POD_PROJECT_STATE_H

#include <stdbool.h>
#include <time.h>

#include "base/str.h"
#include "config/home.h"
#include "config/resolved.h"
#include "pod/rundir.h"

/* Adds it to the .claude.json that the run is given, which is there already if the account has one,
 * and notes in the run directory that what comes out is to be kept. What cannot be used is said.
 * May be called again, until the container starts. */
bool project_state_hand_in(
    const struct ccpod_home *, const struct resolved *, const struct rundir *, struct error *);

/* Keeps what a run has left in this .claude.json, written then, if its run directory says so. The
 * later file wins; what is not valid changes nothing. A failure is said, and is none of the run's:
 * nothing that only this container has would be worth its staying. */
void project_state_keep(
    const struct ccpod_home *, const char *out_dir, const struct str *claude_json, time_t written);

/* The same for what the guest has put into out/, if it has. */
void project_state_keep_from(const struct ccpod_home *, const char *out_dir);

#endif
