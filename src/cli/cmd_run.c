/* cmd_run.c - `ccpod run`: from the command line to a run (pod/run.h).
 *
 * A prompt or --file means headless. Without one the run is interactive where stdin and stdout
 * are terminals, else headless with Claude's arguments as they are. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/json.h"
#include "base/limits.h"
#include "base/mem.h"
#include "base/output_file.h"
#include "base/path.h"
#include "cli/commands.h"
#include "cli/out.h"
#include "cli/plan.h"
#include "cli/prompt.h"
#include "cli/session_flags.h"
#include "cli/stdin.h"
#include "cli/timing_report.h"
#include "config/names.h"
#include "config/show.h"
#include "pod/dry_run.h"
#include "tty/term.h"

/* What one `ccpod run` has in its hands. */
struct job {
    struct plan plan;
    struct strv command;
    const char *prompt;
    struct timing_report report;
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
    size_t skip = strlen(r->project.dir);
    if (masks_hide(&r->masks, real + skip + (real[skip] == '/'))) {
        error_set(err, "--file %s: workspace.mask hides it from Claude", path);
        return error_hint(err, "Standard input hands it over all the same.");
    }
    *ret = open(real, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW);
    if (*ret < 0 || fstat(*ret, &st) < 0)
        return error_set(err, "--file %s: %s", path, strerror(errno));
    if (!S_ISREG(st.st_mode))
        return error_set(err, "--file %s: not a regular file", path);
    return true;
}

/* claude [-p] FLAGS ARGS [-- PROMPT]: behind "--" a prompt cannot be read as Claude's flags. */
static bool make_command(struct job *j, const struct args *args, struct error *err)
{
    bool print = j->prompt || j->file >= 0;
    strv_add(&j->command, "claude");
    if (print)
        strv_add(&j->command, "-p");
    strv_add_all(&j->command, &j->plan.resolved.claude_flags);
    strv_add_all(&j->command, &j->plan.resolved.claude_args);
    const char *resume = args_text(args, "resume");
    if (resume && j->plan.resolved.state == STATE_EPHEMERAL) {
        error_set(err, "--resume %s: the profile %s keeps no state to resume from", resume,
            j->plan.resolved.profile.name);
        return error_hint(err, "set `state: persistent` in the profile");
    }
    if (resume) {
        strv_add(&j->command, "--resume");
        strv_add(&j->command, resume);
    }
    if (j->prompt) {
        if (strlen(j->prompt) >= LIMIT_PROMPT_ARG) {
            error_set(err, "the prompt is longer than %d bytes", LIMIT_PROMPT_ARG - 1);
            return error_hint(err, "hand it over as a file (--file) or on standard input");
        }
        strv_add(&j->command, "--");
        strv_add(&j->command, j->prompt);
    }
    return session_words_check(&j->command, err);
}

/* Flags that would do nothing without a terminal are refused. */
static bool check_terminal_flags(const struct job *j, const struct args *args, struct error *err)
{
    static const char *const names[] = {"session", "steal", "record"};
    bool prompt = j->prompt || args_flag(args, "file");
    bool detach = args_flag(args, "detach");
    for (size_t i = 0; i < array_size(names); i++) {
        bool named = strcmp(names[i], "session") == 0; /* also one that nobody looks at */
        if (!args_flag(args, names[i]) || (j->terminal && (named || !detach)))
            continue;
        return error_set_code(err, EXIT_CODE_USAGE, "--%s is for a session at the terminal: %s",
            names[i],
            prompt   ? "not with a prompt"
            : detach ? "not with --detach"
                     : "standard input and output are none");
    }
    return true;
}

/* A run that goes on without ccpod has nobody who passes anything on to it, or ends it in time. */
static bool check_detached(const struct job *j, const struct args *args, struct error *err)
{
    const char *why = args_flag(args, "timeout") ? "--timeout ends a run that ccpod waits for"
                      : args_flag(args, "file")  ? "--file is passed on while ccpod waits"
                                                 : NULL;
    if (!args_flag(args, "detach"))
        return true;
    if (why)
        return error_set_code(err, EXIT_CODE_USAGE, "%s: not with --detach", why);
    if (!j->prompt || args_flag(args, "no-stdin") || !stdin_is_given())
        return true;
    error_set_code(err, EXIT_CODE_USAGE,
        "standard input is passed on while ccpod waits: it does not reach a run with --detach");
    return error_hint(err, "--no-stdin leaves it alone");
}

/* What only the program can say about the flags. */
static bool check_flags(const struct job *j, const struct args *args, struct error *err)
{
    const char *session = args_text(args, "session");
    bool prompt = j->prompt || args_flag(args, "file");
    if (args_text(args, "resume") && (args_flag(args, "no-state") || prompt))
        return error_set_code(err, EXIT_CODE_USAGE,
            "--resume goes on with a session at the terminal: not with %s",
            args_flag(args, "no-state") ? "--no-state" : "a prompt");
    if (!check_detached(j, args, err) || !check_terminal_flags(j, args, err))
        return false;
    if (session && !session_name_check(session, err)) {
        err->exit_code = EXIT_CODE_USAGE;
        return false;
    }
    return session_flags_check(args, err);
}

static bool prepare(struct job *j, const struct args *args, struct error *err)
{
    const char *file = args_text(args, "file");
    j->prompt = prompt_text(args);
    /* A detached session needs nobody's terminal. */
    j->terminal = !j->prompt && !file && (args_flag(args, "detach") || term_is_interactive());
    j->plan.claude_args = &args->rest;
    j->plan.headless = j->prompt || file;
    j->plan.ask = j->terminal;
    j->plan.dry = args_flag(args, "dry-run");
    return check_flags(j, args, err) &&
           (j->plan.dry || timing_report_begin(&j->report, args, err)) &&
           plan_make(&j->plan, args, err) &&
           (!file || open_file(file, &j->plan.resolved, &j->file, err)) &&
           make_command(j, args, err);
}

static int show_requests(const struct job *j, const struct run_options *o, struct error *err)
{
    cleanup_json json_t *requests = dry_run(o, err);
    if (!requests)
        return EXIT_CODE_FAILED;
    show_mask(requests, &j->plan.resolved);
    out_json(requests);
    return 0;
}

/* A number is a descriptor that whoever started us has opened; anything else a file. */
static bool open_events(const char *where, int *ret, struct error *err)
{
    long long number;
    if (!text_number(where, 0, INT_MAX, &number))
        return output_file_open("--events", where, 0600, ret, err);
    int mode = fcntl((int)number, F_GETFL);
    if (number == STDIN_FILENO || mode < 0 || (mode & O_ACCMODE) == O_RDONLY)
        return error_set_code(
            err, EXIT_CODE_USAGE, "--events %s: no descriptor that can be written to", where);
    *ret = (int)number;
    return number <= STDERR_FILENO || fcntl(*ret, F_SETFD, FD_CLOEXEC) == 0;
}

/* What of the flags says how a container is made; NULL: nothing. */
static char *flags_for_new(const struct args *args)
{
    static const char *const names[] = {"env", "no-state", "trust-project", "resume", "keep"};
    struct str text = STR(LIMIT_MESSAGE);
    for (size_t i = 0; i < array_size(names); i++)
        if (args_flag(args, names[i]))
            str_addf(&text, "%s--%s", text.len ? ", " : "", names[i]);
    if (args->rest.n)
        str_addf(&text, "%sClaude's arguments", text.len ? ", " : "");
    return text.len ? str_take(&text) : NULL;
}

static int run_job(struct job *j, const struct args *args, struct error *err)
{
    cleanup_free char *for_new = flags_for_new(args);
    cleanup_free char *name = NULL;
    struct run_options o = {.command = &j->command,
        .role = args_flag(args, "keep")     ? ROLE_KEPT
                : args_flag(args, "detach") ? ROLE_DETACHED
                : j->terminal               ? ROLE_INTERACTIVE
                                            : ROLE_HEADLESS,
        .profile = args_text(args, "profile"),
        .session = args_text(args, "session"),
        .terminal = j->terminal,
        .detach = args_flag(args, "detach"),
        .detach_keys = args_text(args, "detach-keys"),
        .record = args_text(args, "record"),
        .timing = timing_report_record(&j->report),
        .timeout_ms = (uint64_t)args_duration_ms(args, "timeout"),
        .steal = args_flag(args, "steal"),
        .for_new = for_new};

    if (j->file >= 0)
        o.inputs[o.n_inputs++] = j->file;
    if (!o.detach && (j->terminal || (!args_flag(args, "no-stdin") && stdin_is_given())))
        o.inputs[o.n_inputs++] = STDIN_FILENO;
    if (!plan_prepare(&j->plan, args, &o, err))
        return EXIT_CODE_FAILED;
    if (j->plan.dry)
        return show_requests(j, &o, err);
    if (args_text(args, "events") && !open_events(args_text(args, "events"), &o.events, err))
        return EXIT_CODE_FAILED;
    if (j->terminal && !o.detach)
        session_guard();
    int code = plan_run(&j->plan, &o, &name, err);
    if (o.events > STDERR_FILENO)
        close(o.events);
    if (o.detach && name && code == 0) {
        out_text(name);
        out_text("\n");
    }
    return code;
}

static void release(struct job *j)
{
    if (j->file >= 0)
        close(j->file);
    timing_report_end(&j->report);
    strv_release(&j->command);
    plan_release(&j->plan);
}

int cmd_run(const struct args *args, struct error *err)
{
    struct job job = {.file = -1};
    int code = prepare(&job, args, err) ? run_job(&job, args, err) : EXIT_CODE_FAILED;
    release(&job);
    return code;
}
