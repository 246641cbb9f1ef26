/* cmd_ps.c - `ccpod ps`: the containers of ours, of every project or of this one. */
#include <unistd.h>

#include "base/json.h"
#include "base/limits.h"
#include "cli/commands.h"
#include "cli/out.h"
#include "cli/ps_text.h"
#include "cli/ps_view.h"
#include "cli/scope.h"
#include "pod/ps.h"
#include "tty/term.h"

static const char *const titles[] = {
    "NAME", "TYPE", "PROFILE", "STATE", "UPTIME", "IMAGE", "PORTS", "PROJECT", NULL};

static void show_table(const struct members *members)
{
    struct table table;
    cleanup_str struct str text = STR(LIMIT_HTTP_ANSWER);
    unsigned rows, columns = 0;

    table_init(&table, titles);
    for (size_t i = 0; i < members->n; i++) {
        ps_add_first(&table, &members->items[i]);
        ps_add_last(&table, &members->items[i]);
    }
    if (isatty(STDOUT_FILENO))
        term_size(&rows, &columns);
    ps_fit(&table, columns);
    table_text(&table, out_has_color(), &text);
    out_text(text.s);
    table_release(&table);
}

static void show_json(const struct members *members)
{
    cleanup_json json_t *list = json_array();
    for (size_t i = 0; i < members->n; i++)
        json_array_append_new(list, ps_json(&members->items[i]));
    out_json(list);
}

static int list(const struct args *args, const struct member_filter *filter, struct error *err)
{
    struct members members = {0};
    if (!ps_list(args_text(args, "host"), filter, &members, err))
        return EXIT_CODE_FAILED;
    if (args_flag(args, "json"))
        show_json(&members);
    else
        show_table(&members);
    members_release(&members);
    return 0;
}

static int run_ps(const struct args *args, struct error *err)
{
    cleanup_scope struct scope scope = {0};
    struct member_filter filter = {.profile = args_text(args, "profile")};

    if (args_flag(args, "project")) {
        if (!scope_find(&scope, args, err))
            return EXIT_CODE_FAILED;
        filter = scope.filter;
    }
    filter.stopped = args_flag(args, "all");
    if (!args_flag(args, "watch"))
        return list(args, &filter, err);
    ps_view(&(struct ps_view_options){.host = args_text(args, "host"),
                .filter = &filter,
                .json = args_flag(args, "json"),
                .no_stats = args_flag(args, "no-stats")},
        err);
    return 0;
}

/* clang-format off */
static const struct flag flags[] = {
    { .name = "all", .kind = FLAG_SWITCH,
      .help = "show those that have ended, too" },
    { .name = "project", .kind = FLAG_SWITCH,
      .help = "show this project's alone" },
    { .name = "watch", .kind = FLAG_SWITCH,
      .help = "go on: a table drawn again at each change, with CPU and memory; where there is no "
              "terminal, a line per change" },
    { .name = "no-stats", .kind = FLAG_SWITCH,
      .help = "with --watch: leave out CPU and memory, and do nothing while nothing happens" },
    { .name = "json", .kind = FLAG_SWITCH,
      .help = "print JSON; with --watch an object per line and change" },
    FLAG_HERE,
    { 0 },
};

const struct command ps_command = {
    .name = "ps",
    .summary = "Show the containers that ccpod has made",
    .text = "Of every project, unless --project or --profile say less. What other users, and other "
            "programs, have made is not shown.",
    .flags = flags,
    .examples = { { "ps", "what runs" },
                  { "ps --all --project --json", "all of this project's, for a script" } },
    .run = run_ps,
};
/* clang-format on */
