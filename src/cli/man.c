/* man.c - see man.h. What the table does not hold (exit codes, variables, files) stands here. */
#include "cli/man.h"

#include <string.h>

#include "base/limits.h"
#include "base/mem.h"
#include "cli/help.h"
#include "version.h"

struct entry {
    const char *name, *what;
};

/* clang-format off */
static const struct entry exit_codes[] = {
    { "0-255", "of run: the container's own" },
    { "2", "wrong usage" },
    { "124", "--timeout ran out" },
    { "125", "ccpod, a config file, or the engine failed" },
    { "126, 127", "the command in the container cannot be executed, was not found" },
    { "128+n", "signal n ended it" },
};

static const struct entry variables[] = {
    { "CCPOD_HOME", "where ccpod keeps its files, in place of ~/.ccpod" },
    { "CCPOD_INSTANCE",
      "keeps users of one engine apart that share a user id, such as CI jobs" },
    { "DOCKER_SOCKET_PATH, DOCKER_HOST, CONTAINER_HOST, DOCKER_CONTEXT",
      "which engine to use; the first that is set counts. Without them, and without --host, the "
      "usual places are tried" },
    { "NO_COLOR", "no colours" },
};

static const struct entry files[] = {
    { ".ccpod.yml",
      "configuration of a project; found by walking up from the current directory: "
      "ccpod.yml(5)" },
    { "~/.ccpod/profiles/NAME/profile.yml", "a profile: ccpod.yml(5)" },
    { "~/.ccpod/config.yml", "settings of ccpod itself" },
};
/* clang-format on */

/* Text, whatever it holds: nothing of it is a request or an escape of the formatter. */
static void add_text(struct str *out, const char *text)
{
    bool line_starts = true;

    for (; *text; text++) {
        if (line_starts && (*text == '.' || *text == '\''))
            str_addz(out, "\\&");
        if (*text == '\\')
            str_addz(out, "\\e");
        else if (*text == '-')
            str_addz(out, "\\-");
        else
            str_addc(out, *text);
        line_starts = *text == '\n';
    }
}

static void add_item(struct str *out, const char *name, const char *what)
{
    str_addz(out, ".TP\n.B \"");
    for (; *name; name++) {
        char letter[] = {*name, '\0'};
        add_text(out, *name == '"' ? "\"\"" : letter);
    }
    str_addz(out, "\"\n");
    add_text(out, what);
    str_addc(out, '\n');
}

static void add_flags(struct str *out, const struct command *command)
{
    flag_foreach(f, command)
    {
        cleanup_str struct str name = STR(LIMIT_PATH);
        cleanup_str struct str what = STR(LIMIT_MESSAGE);
        help_flag_name(f, &name);
        str_addz(&what, f->help);
        if (f->fallback)
            str_addf(&what, " (default: %s)", f->fallback);
        add_item(out, name.s, what.s);
    }
}

static void add_paragraphs(struct str *out, const char *text)
{
    while (*text) {
        const char *end = strstr(text, "\n\n");
        cleanup_free char *part = mem_strndup(text, end ? (size_t)(end - text) : strlen(text));
        str_addz(out, ".PP\n");
        add_text(out, part);
        str_addc(out, '\n');
        text = end ? end + 2 : text + strlen(text);
    }
}

static void add_examples(struct str *out, const struct command *command, const char *program)
{
    for (size_t i = 0; i < array_size(command->examples); i++) {
        const struct example *e = &command->examples[i];
        if (!e->line)
            continue;
        str_addz(out, ".PP\n");
        add_text(out, e->what);
        str_addz(out, ":\n.PP\n.RS 4\n.nf\n");
        add_text(out, program);
        str_addc(out, ' ');
        add_text(out, e->line);
        str_addz(out, "\n.fi\n.RE\n");
    }
}

/* A command and all below it, each with its whole name. */
static void add_commands(
    struct str *out, const struct command *above, const char *prefix, const char *program)
{
    command_foreach(c, above)
    {
        cleanup_free char *name = mem_printf("%s%s", prefix, c->name);
        cleanup_free char *below = mem_printf("%s ", name);
        if (c->hidden)
            continue;
        if (c->commands) {
            add_commands(out, c, below, program);
            continue;
        }
        str_addz(out, ".SS ");
        add_text(out, name);
        if (c->synopsis) {
            str_addc(out, ' ');
            add_text(out, c->synopsis);
        }
        str_addc(out, '\n');
        add_text(out, c->summary);
        str_addz(out, ".\n");
        add_paragraphs(out, c->text ? c->text : "");
        add_flags(out, c);
        add_examples(out, c, program);
    }
}

static void add_entries(struct str *out, const char *title, const struct entry *entries, size_t n)
{
    str_addf(out, ".SH %s\n", title);
    for (size_t i = 0; i < n; i++)
        add_item(out, entries[i].name, entries[i].what);
}

void man_page(const struct command *root, struct str *out)
{
    str_addz(out, ".\\\" Made by ccpod help --man, from the table of commands.\n");
    str_addf(out, ".TH CCPOD 1 \"\" \"ccpod %s\" \"User Commands\"\n", CCPOD_VERSION);
    str_addz(out, ".SH NAME\n");
    str_addf(out, "%s \\- ", root->name);
    add_text(out, root->summary);
    str_addz(out, "\n.SH SYNOPSIS\n.B ");
    add_text(out, root->name);
    str_addz(out, "\n[FLAGS] COMMAND [FLAGS] [ARGS]\n.SH DESCRIPTION");
    str_addc(out, '\n');
    add_paragraphs(out, root->text);
    str_addz(out, ".SH COMMANDS\n");
    add_commands(out, root, "", root->name);
    str_addz(out, ".SH FLAGS OF ALL COMMANDS\n");
    add_flags(out, root);
    add_entries(out, "EXIT STATUS", exit_codes, array_size(exit_codes));
    add_entries(out, "ENVIRONMENT", variables, array_size(variables));
    add_entries(out, "FILES", files, array_size(files));
    str_addz(out, ".SH EXAMPLES\n");
    add_examples(out, root, root->name);
    str_addz(out, ".SH SEE ALSO\n.BR ccpod.yml (5)\n");
}
