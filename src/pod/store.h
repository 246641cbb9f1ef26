/* store.h - the credentials of a profile: ~/.ccpod/credentials/<name>/, never mounted.
 *
 * A run gets a copy in its in/ directory; what comes home passes base/credentials.h first: valid,
 * not older, regular files of ours, no links. All under a lock, written whole or not at all, so
 * that two runs of one profile that end at the same moment leave a valid newest file. */
#ifndef POD_STORE_H
#define POD_STORE_H

#include <stdbool.h>
#include <time.h>

#include "base/str.h"
#include "config/home.h"
#include "pod/rundir.h"

/* Copies what the store has into a run's in/ directory; first it takes home what the profile's
 * other runs have handed out since it was written. */
bool store_hand_in(
    const struct ccpod_home *, const char *profile, const char *in_dir, struct error *);

/* What came out of a container, as bytes; empty: nothing of that kind. */
struct store_found {
    const struct str *credentials;
    const struct str *claude_json;
    const char *out_dir; /* of the run: beside it stands what the run was given */
    time_t written;      /* when the credentials were */
};

enum store_outcome {
    STORE_DONE,    /* the store has all that is new */
    STORE_REFUSED, /* *err: what was found may not be taken, and is of no use to anybody */
    STORE_FAILED,  /* *err: what was found is valid and not in the store: it must not be lost */
};

/* Puts what is valid and newer into the store; *ret_changed: it was written, which may be so with
 * STORE_REFUSED, too. A login is newer that a session has come by after it had the store's; times
 * decide between others. One with another account is newer if it was written later than the
 * store's: a session that goes on with what it was given does not undo a login made elsewhere.
 * With a login that is refused nothing is taken, but a login is taken whatever lies beside it. A
 * new one is handed to the profile's running sessions, too: a refresh token works once, so sessions
 * with the old one would log each other out. */
enum store_outcome store_bring_home(const struct ccpod_home *, const char *profile,
    const struct store_found *, bool *ret_changed, struct error *);

/* The same from a run's out/ directory, where the guest has put them. Missing files are fine. */
enum store_outcome store_bring_home_from(const struct ccpod_home *, const char *profile,
    const char *out_dir, bool *ret_changed, struct error *);

/* The same for a run whose supervisor was killed and has not taken what its guest handed out after
 * that. False: what is there is valid and could not be stored, so it has to stay there. */
bool store_take_missed(const struct ccpod_home *, const char *profile, const struct rundir *);

#endif
