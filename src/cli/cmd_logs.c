/* cmd_logs.c - `ccpod logs`: what the containers of this project have written. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/limits.h"
#include "base/mem.h"
#include "cli/commands.h"
#include "cli/log_line.h"
#include "cli/out.h"
#include "cli/scope.h"
#include "cli/since.h"
#include "pod/logs.h"

/* How lines are shown. */
struct view {
    struct strv prefixes;
    bool raw; /* bytes as they are */
};

static void begin(void *user, const struct strv *names)
{
    static const int colors[] = {36, 33, 32, 35, 34, 31};
    struct view *view = user;
    size_t width = 0;

    for (size_t i = 0; i < names->n; i++)
        width = strlen(names->v[i]) > width ? strlen(names->v[i]) : width;
    for (size_t i = 0; i < names->n; i++) {
        if (out_has_color())
            strv_addf(&view->prefixes, "\x1b[%dm%-*s |\x1b[0m ", colors[i % array_size(colors)],
                (int)width, names->v[i]);
        else
            strv_addf(&view->prefixes, "%-*s | ", (int)width, names->v[i]);
    }
}

static void show_line(void *user, size_t number, int fd, const char *text, size_t n)
{
    const struct view *view = user;
    cleanup_str struct str line = STR(8 * LOGS_LINE);

    (void)fd; /* a log is one text */
    out_text(view->prefixes.v[number]);
    if (view->raw) {
        out_bytes(text, n);
    } else {
        log_line_add(&line, text, n, out_has_color());
        out_bytes(line.s, line.len);
    }
    out_text("\n");
}

static bool flush(void *user)
{
    (void)user;
    return out_flush();
}

static int run_logs(const struct args *args, struct error *err)
{
    cleanup_scope struct scope scope = {0};
    cleanup_free char *since = NULL;
    struct view view = {.raw = args_flag(args, "raw") || !isatty(STDOUT_FILENO)};
    long long seconds = 0;

    if (args_text(args, "since")) {
        if (!since_parse(args_text(args, "since"), time(NULL), &seconds, err))
            return EXIT_CODE_USAGE;
        since = mem_printf("%lld", seconds);
    }
    if (!scope_find(&scope, args, err))
        return EXIT_CODE_FAILED;
    logs_main(&(struct logs_options){.host = scope.host,
                  .filter = &scope.filter,
                  .names = &args->words,
                  .follow = args_flag(args, "follow"),
                  .tail = args_flag(args, "tail") ? args_number(args, "tail") : -1,
                  .since = since,
                  .begin = begin,
                  .line = show_line,
                  .flush = flush,
                  .user = &view},
        err);
    strv_release(&view.prefixes);
    return 0;
}

/* clang-format off */
static const struct flag flags[] = {
    { .name = "follow", .kind = FLAG_SWITCH,
      .help = "go on until the containers have ended" },
    { .name = "tail", .kind = FLAG_NUMBER, .value = "N", .least = 0, .most = 1000000000,
      .help = "show the last N lines of each" },
    { .name = "since", .kind = FLAG_TEXT, .value = "TIME",
      .help = "show what came after that: 10m ago, or 2026-11-21T10:00:00" },
    { .name = "raw", .kind = FLAG_SWITCH,
      .help = "on a terminal, too: every byte as it is" },
    FLAG_HERE,
    { 0 },
};

const struct command logs_command = {
    .name = "logs",
    .synopsis = "[SERVICE...]",
    .summary = "Show what services, and runs without a terminal, have written",
    .text = "Of all services and runs of this project, or of those that are named; \"claude\" "
            "means the runs. On a terminal colours pass and nothing else that could change it.",
    .flags = flags,
    .complete = COMPLETE_SERVICE,
    .words_most = WORDS_ANY,
    .examples = { { "logs --follow db", "what the database says" },
                  { "logs --tail 20", "the last lines of each" } },
    .run = run_logs,
};
/* clang-format on */
