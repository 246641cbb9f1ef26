/* wants.h - what of a project needs trust, in words for the person who is asked. */
#ifndef CONFIG_WANTS_H
#define CONFIG_WANTS_H

#include <jansson.h>

#include "base/str.h"
#include "config/project.h"
#include "config/snapshot.h"

/* Adds a line for each hook, setting, skill, command, agent, MCP server, env entry and argument
 * that is left out unless the project is trusted. Lines are foreign text, each bounded. `mcp` is
 * what .mcp.json holds, NULL where there is none or it is not understood. */
void wants_list(
    const struct project *, const struct snapshot *, const json_t *mcp, struct strv *ret);

/* The same in a few words, for the warning: "2 hooks, 1 MCP server, env". The caller frees. */
char *wants_summary(const struct strv *wants);

#endif
