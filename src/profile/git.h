/* git.h - one git command as a child process, and what its words mean.
 *
 * git never asks for a password, on no terminal and in no window (it has neither): credential
 * helpers, ssh keys and agents work. */
#ifndef PROFILE_GIT_H
#define PROFILE_GIT_H

#include "loop/child.h"

/* Starts git in `dir`; words end with NULL. */
void git_begin(struct child *, struct op *parent, const char *dir, const char *const *words);

/* Why it ended with a code other than 0; the caller frees. */
char *git_reason(const struct child *);

/* The commit that `git ls-remote` has named, into ret; untouched where there is none. */
void git_listed_commit(const struct child *, char *ret, size_t size);

/* What of a repository's address may be a token goes to log_secret(). */
void git_keep_secret(const char *repo);

/* The address without user and password, which have no place in a message; the caller frees. */
char *git_repo_shown(const char *repo);

#endif
