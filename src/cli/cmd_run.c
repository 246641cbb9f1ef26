/* cmd_run.c - `ccpod run`: from the command line to a run (pod/run.h).
 *
 * A prompt or --file means headless. Without one the run is interactive where stdin and stdout
 * are terminals, else headless with Claude's arguments as they are. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/json.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/path.h"
#include "cli/commands.h"
#include "cli/out.h"
#include "cli/prompt.h"
#include "cli/session_flags.h"
#include "cli/stdin.h"
#include "cli/trust_text.h"
#include "config/names.h"
#include "config/resolved.h"
#include "config/show.h"
#include "pod/dry_run.h"
#include "pod/run.h"
#include "pod/rundir.h"
#include "profile/merged_dir.h"
#include "profile/sync.h"
#include "tty/term.h"

/* What one `ccpod run` has in its hands. */
struct plan {
    struct ccpod_home home;
    struct resolved resolved;
    struct strv command;
    char *dir, *merged_dir;
    const char *prompt;
    int file; /* --file, open; -1: none */
    bool terminal;
};

static bool open_file(const char *path, const struct resolved *r, int *ret, struct error *err)
{
    struct stat st;
    cleanup_free char *real = path_real(path, err);
    if (!real)
        return error_wrap(err, "--file");
    if (!path_beneath(real, r->project.dir))
        return error_set(err, "--file %s: it is not in the project (%s)", path, r->project.dir);
    *ret = open(real, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW);
    if (*ret < 0 || fstat(*ret, &st) < 0)
        return error_set(err, "--file %s: %s", path, strerror(errno));
    if (!S_ISREG(st.st_mode))
        return error_set(err, "--file %s: not a regular file", path);
    return true;
}

/* claude [-p] FLAGS ARGS [-- PROMPT]: behind "--" a prompt cannot be read as Claude's flags. */
static bool make_command(struct plan *p, const struct args *args, struct error *err)
{
    bool print = p->prompt || p->file >= 0;
    strv_add(&p->command, "claude");
    if (print)
        strv_add(&p->command, "-p");
    strv_add_all(&p->command, &p->resolved.claude_flags);
    strv_add_all(&p->command, &p->resolved.claude_args);
    const char *resume = args_text(args, "resume");
    if (resume && p->resolved.state == STATE_EPHEMERAL) {
        error_set(err, "--resume %s: the profile %s keeps no state to resume from", resume,
            p->resolved.profile.name);
        return error_hint(err, "set `state: persistent` in the profile");
    }
    if (resume) {
        strv_add(&p->command, "--resume");
        strv_add(&p->command, resume);
    }
    if (p->prompt) {
        if (strlen(p->prompt) >= LIMIT_PROMPT_ARG) {
            error_set(err, "the prompt is longer than %d bytes", LIMIT_PROMPT_ARG - 1);
            return error_hint(err, "hand it over as a file (--file) or on standard input");
        }
        strv_add(&p->command, "--");
        strv_add(&p->command, p->prompt);
    }
    return true;
}

/* Resolves, and again where the user has just decided to trust the project. */
static bool resolve_asking(struct plan *p, struct resolve_flags *flags, struct error *err)
{
    bool yes = false;
    if (!resolve(flags, &p->resolved, err))
        return false;
    if (!p->terminal || !term_is_interactive())
        return true;
    if (!trust_ask(&p->home, &p->resolved, &yes, err))
        return false;
    if (!yes)
        return true;
    cleanup_free char *hash = mem_strdup(p->resolved.snapshot.hash);
    resolved_release(&p->resolved);
    p->resolved = (struct resolved){0};
    flags->trusted_hash = hash;
    return resolve(flags, &p->resolved, err);
}

/* What only the program can say about the flags. */
static bool check_flags(const struct args *args, struct error *err)
{
    const char *session = args_text(args, "session");
    bool prompt = prompt_text(args) || args_flag(args, "file");
    if (args_text(args, "resume") && (args_flag(args, "no-state") || prompt))
        return error_set_code(err, EXIT_CODE_USAGE,
            "--resume goes on with a session at the terminal: not with %s",
            args_flag(args, "no-state") ? "--no-state" : "a prompt");
    if (session && prompt)
        return error_set_code(
            err, EXIT_CODE_USAGE, "--session names a session at the terminal: not with a prompt");
    if (session && !session_name_check(session, err)) {
        err->exit_code = EXIT_CODE_USAGE;
        return false;
    }
    return session_flags_check(args, err);
}

static bool resolve_plan(struct plan *p, const struct args *args, struct error *err)
{
    const char *file = args_text(args, "file");
    p->prompt = prompt_text(args);
    /* A detached session needs nobody's terminal. */
    bool detach = args_flag(args, "detach");
    p->terminal = !p->prompt && !file && (detach || term_is_interactive());
    p->dir = getcwd(NULL, 0);
    if (!p->dir)
        return error_set(err, "find the current directory: %s", strerror(errno));
    struct resolve_flags flags = {.home = &p->home,
        .profile = args_text(args, "profile"),
        .dir = p->dir,
        .here = args_flag(args, "here"),
        .env = args_list(args, "env"),
        .claude_args = &args->rest,
        .trust_project = args_flag(args, "trust-project"),
        .no_state = args_flag(args, "no-state"),
        .headless = p->prompt || file};
    return check_flags(args, err) && home_find(&p->home, err) && resolve_asking(p, &flags, err) &&
           (args_flag(args, "dry-run") || sync_for_run(&p->resolved, err)) &&
           resolve_assets(&p->resolved, err) &&
           (!file || open_file(file, &p->resolved, &p->file, err)) && make_command(p, args, err);
}

static int show_plan(const struct plan *p, const struct run_options *o, struct error *err)
{
    cleanup_json json_t *requests = dry_run(o, err);
    if (!requests)
        return EXIT_CODE_FAILED;
    show_mask(requests, &p->resolved);
    out_json(requests);
    return 0;
}

/* What nothing has mounted, and nobody asked for today. */
static void sweep_configs(const struct ccpod_home *home)
{
    cleanup_strv struct strv used = {0};
    rundir_configs(home, &used);
    merged_dir_sweep(home, &used, 24 * 60 * 60);
}

/* What of the flags says how a container is made; NULL: nothing. */
static char *flags_for_new(const struct args *args)
{
    static const char *const names[] = {"env", "no-state", "trust-project", "resume"};
    struct str text = STR(LIMIT_MESSAGE);
    for (size_t i = 0; i < array_size(names); i++)
        if (args_flag(args, names[i]))
            str_addf(&text, "%s--%s", text.len ? ", " : "", names[i]);
    if (args->rest.n)
        str_addf(&text, "%sClaude's arguments", text.len ? ", " : "");
    return text.len ? str_take(&text) : NULL;
}

static int run_plan(struct plan *p, const struct args *args, struct error *err)
{
    bool dry = args_flag(args, "dry-run");
    cleanup_free char *for_new = flags_for_new(args);
    if (!dry && !merged_dir_write(&p->home, &p->resolved, &p->merged_dir, err))
        return EXIT_CODE_FAILED;
    struct run_options o = {.resolved = &p->resolved,
        .home = &p->home,
        .merged_dir = dry ? "(the merged config dir)" : p->merged_dir,
        .host = args_text(args, "host"),
        .command = &p->command,
        .role = args_flag(args, "detach") ? "detached"
                : args_flag(args, "keep") ? "kept"
                : p->terminal             ? "interactive"
                                          : "headless",
        .session = p->terminal ? args_text(args, "session") : NULL,
        .terminal = p->terminal,
        .detach = args_flag(args, "detach"),
        .detach_keys = args_text(args, "detach-keys"),
        .record = p->terminal ? args_text(args, "record") : NULL,
        .timeout_ms = (uint64_t)args_duration_ms(args, "timeout"),
        .keep = args_flag(args, "keep"),
        .steal = args_flag(args, "steal"),
        .for_new = for_new};

    if (p->file >= 0)
        o.inputs[o.n_inputs++] = p->file;
    if (!o.detach && (p->terminal || (!args_flag(args, "no-stdin") && stdin_is_given())))
        o.inputs[o.n_inputs++] = STDIN_FILENO;
    if (dry)
        return show_plan(p, &o, err);
    if (p->terminal && !o.detach)
        session_guard();
    cleanup_free char *name = NULL;
    int code = run_main(&o, &name, err);
    sweep_configs(&p->home);
    if (o.detach && name && code == 0) {
        out_text(name);
        out_text("\n");
    }
    return code;
}

static void release(struct plan *p)
{
    if (p->file >= 0)
        close(p->file);
    strv_release(&p->command);
    resolved_release(&p->resolved);
    home_release(&p->home);
    free(p->dir);
    free(p->merged_dir);
}

int cmd_run(const struct args *args, struct error *err)
{
    struct plan plan = {.file = -1};
    int code = EXIT_CODE_FAILED;

    if (resolve_plan(&plan, args, err)) {
        for (size_t i = 0; i < plan.resolved.warnings.n; i++)
            log_warn("%s", plan.resolved.warnings.v[i]);
        code = run_plan(&plan, args, err);
    }
    release(&plan);
    return code;
}
