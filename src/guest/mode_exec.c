/* mode_exec.c - a shell or a command in a running container, as Claude's user and in Claude's
 * environment, or as root in it. PID 1 tells both. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/guest_abi.h"
#include "base/log.h"
#include "base/mem.h"
#include "guest/child.h"
#include "guest/env.h"
#include "guest/identity.h"
#include "guest/modes.h"
#include "guest/serve.h"

/* About the terminal at which the user sits now, not the one at which Claude was started; and the
 * mark by which a signal finds the command. */
static bool is_of_caller(const char *variable)
{
    static const char *const names[] = {GUEST_ENV_EXEC "=", "TERM=", "COLORTERM=", "TERM_PROGRAM=",
        "TERM_PROGRAM_VERSION=", "LANG=", "TZ=", "COLUMNS=", "LINES="};
    for (size_t i = 0; i < array_size(names); i++)
        if (text_starts(variable, names[i]))
            return true;
    return text_starts(variable, "LC_");
}

static void take_callers(struct map *env)
{
    for (char *const *v = environ; *v; v++) {
        const char *equals = strchr(*v, '=');
        if (!equals || !equals[1] || !is_of_caller(*v))
            continue;
        cleanup_free char *name = mem_strndup(*v, (size_t)(equals - *v));
        map_set(env, name, equals + 1);
    }
}

static bool run(char **args, struct error *err)
{
    struct identity identity = {0};
    struct str text = STR(LIMIT_IDENTITY);
    struct strv command = {0};
    bool root = args[0] && strcmp(args[0], "--root") == 0;

    child_size_terminal(getenv(GUEST_ENV_TTY_SIZE));
    if (!serve_ask(&text, err) || !identity_read(&text, &identity, err))
        return false;
    args += root;
    args += args[0] && strcmp(args[0], "--") == 0;
    while (*args)
        strv_add(&command, *args++);

    const struct child_user user = {
        identity.uid, identity.groups[0], identity.groups, identity.n_groups, identity.relaxed};
    take_callers(&identity.env);
    map_set(&identity.env, GUEST_ENV_SHELL_MODE, "1");
    if (root) {
        env_be_root(&identity.env);
    } else {
        child_give_streams(user.uid);
        if (!child_become(&user, err))
            return false;
    }
    child_exec(&command, &identity.env, err);
    return false;
}

int mode_exec(char **args)
{
    struct error err = {0};
    run(args, &err);
    log_error(&err);
    return err.exit_code;
}
