/* setup.h - the steps that make a container ready for Claude, in their order. Each runs as root,
 * once, before anything of the user's does; each may be repeated when a container is restarted.
 * An error says what was being done, and the container ends with it. */
#ifndef GUEST_SETUP_H
#define GUEST_SETUP_H

#include <stdbool.h>

#include "base/error.h"
#include "guest/guest.h"

/* Runs all steps: the table is in setup.c. */
bool setup(struct guest *, struct error *);

bool setup_user(struct guest *, struct error *);        /* ids, passwd, group, home */
bool setup_volumes(struct guest *, struct error *);     /* plugins and state are the user's */
bool setup_env(struct guest *, struct error *);         /* the user's environment */
bool setup_secrets(struct guest *, struct error *);     /* the secrets file into it */
bool setup_config(struct guest *, struct error *);      /* Claude's config directory */
bool setup_credentials(struct guest *, struct error *); /* its credentials and .claude.json */
bool setup_links(struct guest *, struct error *);       /* what outlives the container */
bool setup_git(struct guest *, struct error *);         /* name, address, the workspace is safe */
bool setup_agent(struct guest *, struct error *);       /* the SSH agent's socket */
bool setup_command(struct guest *, struct error *);     /* what is run, with which flags */

/* Names in Claude's config directory that setup_links() puts there. */
bool setup_is_link(const char *name);

#endif
