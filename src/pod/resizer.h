/* resizer.h - keeps the terminal of a container, or of an exec in one, at the size of ours.
 *
 * A burst of changes is one request at a time and the last size in the end. Until the process is
 * up the engine refuses: it is asked again, a few times. The kernel sends SIGWINCH inside when the
 * size changes; nothing else is forwarded. */
#ifndef POD_RESIZER_H
#define POD_RESIZER_H

#include "docker/containers.h"
#include "docker/exec.h"
#include "loop/pause.h"

enum { RESIZER_TRIES = 10, RESIZER_AGAIN = 30 };

struct resizer {
    struct op op;
    const struct engine *engine;
    const char *id;
    void (*send)(struct call *, struct op *parent, const struct engine *, const char *id,
        unsigned rows, unsigned columns);
    struct call call;
    struct pause pause;
    unsigned rows, columns; /* last asked for */
    unsigned tries;
    bool dirty;
    bool repaint; /* a wrong size first: a change makes the program paint anew */
};

/* A background, quiet child; sends the first size at once. */
void resizer_begin(
    struct resizer *, struct op *parent, const struct engine *, const char *id, bool repaint);

/* The same for an exec, which must have started. */
void resizer_begin_exec(
    struct resizer *, struct op *parent, const struct engine *, const char *exec_id);
void resizer_changed(struct resizer *);

/* A change of size there and back: for a terminal that shows something else by now. */
void resizer_repaint(struct resizer *);
void resizer_release(struct resizer *);

#endif
