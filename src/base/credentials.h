/* credentials.h - which credentials of Claude are valid, and which are the newer ones: one rule
 * for the guest, which watches them, and for the supervisor, which keeps the store.
 *
 * All of it is pure: text and JSON in, JSON out, the time handed in as milliseconds since 1970.
 * The JSON comes from inside a container and is hostile; whoever reads the bytes has opened a
 * regular file of the right owner, without following links.
 *
 * A login is `claudeAiOauth`. A token of it can be refreshed once, so two sessions that use one
 * login must always hold the newest, and an old one that comes home would log everybody out:
 *
 *     json_t *found = credentials_parse(text, n, now, path, err);   // refused: keep what we have
 *     json_t *merged = credentials_merge(store, found, login_is_other(...) ? ... : LOGIN_LATER,
 * now); if (!json_equal(merged, store)) ...write merged...
 */
#ifndef BASE_CREDENTIALS_H
#define BASE_CREDENTIALS_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

/* How far ahead a token may expire: what claims more is not valid. */
#define CREDENTIALS_DAYS_AHEAD 400

/* Access tokens of a login live for hours. A time further ahead than this says nothing of when the
 * login was made: a clock was ahead, or a container wants to be the latest of all. */
#define CREDENTIALS_DAYS_LATER 7

/* A .credentials.json that may be taken: a JSON object of at most LIMIT_CREDENTIALS bytes whose
 * login, where it has one, is no stub (an empty refreshToken is what a logout leaves) and expires
 * within CREDENTIALS_DAYS_AHEAD. NULL and *err where it may not; `name` is for the message. The
 * caller drops the reference. */
json_t *credentials_parse(
    const char *text, size_t n, long long now_ms, const char *name, struct error *);

/* Whose login is kept where both have one: the same account's that expires later; another account's
 * that was made later, which its holder tells. */
enum login_choice { LOGIN_LATER, LOGIN_FOUND, LOGIN_KNOWN };

/* What to keep of `known` and of `found`, which is from credentials_parse(). `known` is what one
 * has, in any state: NULL, no object, or a login that could not be taken counts as nothing.
 *   claudeAiOauth  the chosen one; with LOGIN_LATER found's, unless known's expires later. One that
 *                  expires more than CREDENTIALS_DAYS_LATER ahead is later than what has expired
 *                  and than nothing else, but for another of that kind
 *   mcpOAuth       server by server, found's unless known's expires later
 *   other keys     found's where both have one
 * A new reference; equal to `known` where nothing is to be done. */
json_t *credentials_merge(
    const json_t *known, const json_t *found, enum login_choice, long long now_ms);

/* What is kept is smaller than what may be taken: else a login that is a little longer once it is
 * renewed would be too large, with all that lies beside it. Leaves out the largest keys until the
 * rest fits, servers one by one, never the login (the account); true where it had to. */
bool credentials_fit(json_t *credentials);
bool account_fit(json_t *account);

/* `merged` of what was known and `found`, for one who knows that, too: where it is larger than may
 * be taken, the found one with the merged login. A new reference. */
json_t *credentials_within_limit(const json_t *merged, const json_t *found);

/* Does a login live: a refreshToken, and not beyond refreshTokenExpiresAt where that is told? */
bool credentials_live(const json_t *credentials, long long now_ms);

bool credentials_have_login(const json_t *credentials); /* NULL has none */

/* Was one of the two logged in on purpose after the other: other refresh tokens, and other accounts
 * in the .claude.json beside each? An account that is not told is no other one. */
bool login_is_other(const json_t *known, const json_t *known_account, const json_t *found,
    const json_t *found_account);

bool login_is_same(const json_t *a, const json_t *b); /* by their refresh tokens */

/* Does its login claim to expire later than logins do? */
bool login_is_far(const json_t *credentials, long long now_ms);

/* The logins that one session has had, from the first to the last: a JSON array of their refresh
 * tokens, LOGIN_LINE_MOST at most. One that is in it already becomes the last. */
enum { LOGIN_LINE_MOST = 16 };
void login_line_add(json_t *line, const json_t *credentials);

/* Did a session have the login of `known`, and then, by its own doing, that of `found`? Then this
 * is the newer one whatever the times say. Not if it has expired: what Claude gets is good for
 * hours. `line` may be anything. */
bool login_descends(const json_t *line, const json_t *known, const json_t *found, long long now_ms);

/* A .claude.json: a JSON object of at most LIMIT_CREDENTIALS bytes. */
json_t *account_parse(const char *text, size_t n, const char *name, struct error *);

/* What of a .claude.json belongs to the account and may come home; nothing else of it may, least
 * of all `mcpServers`. Values of a wrong type are left out. A new reference. */
json_t *account_part(const json_t *claude_json);

/* Is the account of `found` the one that its session was given at the start, while `known` has
 * another by now? Then it is no news: somebody has logged in elsewhere. All are .claude.json. */
bool account_is_outdated(const json_t *known, const json_t *given, const json_t *found);

/* Its entry for one project: a new reference, NULL where it has none. */
json_t *account_project(const json_t *claude_json, const char *workspace);

/* Puts a copy of such an entry into a .claude.json, in place of the one that it has. */
void account_put_project(json_t *claude_json, const char *workspace, const json_t *entry);

#endif
