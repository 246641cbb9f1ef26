/* help.c - see help.h. */
#include "cli/help.h"

#include <string.h>

#include "base/limits.h"
#include "base/mem.h"

enum {
    WIDTH = 80,
    MARGIN = 2,
    LEFT_MOST = 24, /* a name that is longer gets a line of its own */
};

static void begin_line(struct str *out, size_t indent)
{
    str_addf(out, "\n%*s", (int)indent, "");
}

/* Adds words to a line that stands at `indent`; further lines are indented likewise. */
static void add_wrapped(struct str *out, const char *text, size_t indent)
{
    size_t column = indent;

    for (const char *word = text; *word;) {
        size_t n = strcspn(word, " \n");
        if (column > indent && column + 1 + n > WIDTH) {
            begin_line(out, indent);
            column = indent;
        } else if (column > indent) {
            str_addc(out, ' ');
            column++;
        }
        str_add(out, word, n);
        word += n;
        column += n;
        if (*word == '\n') {
            str_addc(out, '\n');
            begin_line(out, indent);
            column = indent;
        }
        word += strspn(word, " \n");
    }
    str_addc(out, '\n');
}

/* A name and what it is: "  name   text", the text in its column. */
static void add_row(struct str *out, const char *left, size_t left_width, const char *text)
{
    size_t indent = MARGIN + left_width + MARGIN;

    str_addf(out, "%*s%-*s", MARGIN, "", (int)left_width, left);
    if (strlen(left) > left_width)
        begin_line(out, indent);
    else
        str_addf(out, "%*s", MARGIN, "");
    add_wrapped(out, text, indent);
}

static size_t widened(size_t width, size_t n)
{
    return n > width && n <= LEFT_MOST ? n : width;
}

void help_flag_name(const struct flag *flag, struct str *out)
{
    if (flag->letter)
        str_addf(out, "-%c, ", flag->letter);
    str_addf(out, "%s%s", flag->name[1] ? "--" : "-", flag->name);
    if (flag->kind == FLAG_OPTIONAL)
        str_addf(out, "[=%s]", flag->value);
    else if (flag_takes_value(flag))
        str_addf(out, " %s", flag->value);
}

static void add_flags(struct str *out, const char *title, const struct command *command)
{
    cleanup_str struct str name = STR(LIMIT_PATH);
    cleanup_str struct str text = STR(LIMIT_MESSAGE);
    size_t width = 0;

    flag_foreach(f, command)
    {
        str_clear(&name);
        help_flag_name(f, &name);
        width = widened(width, name.len);
    }
    if (command->flags)
        str_addf(out, "\n%s:\n", title);
    flag_foreach(f, command)
    {
        str_clear(&name);
        str_clear(&text);
        help_flag_name(f, &name);
        str_addz(&text, f->help);
        if (f->fallback)
            str_addf(&text, " (default: %s)", f->fallback);
        add_row(out, name.s, width, text.s);
    }
}

static void add_commands(struct str *out, const struct command *above)
{
    size_t width = 0;

    if (above->commands)
        str_addz(out, "\nCommands:\n");
    command_foreach(c, above) if (!c->hidden) width = widened(width, strlen(c->name));
    command_foreach(c, above) if (!c->hidden) add_row(out, c->name, width, c->summary);
}

static void add_examples(struct str *out, const struct command *command, const char *program)
{
    str_addz(out, "\nExamples:\n");
    for (size_t i = 0; i < array_size(command->examples); i++)
        if (command->examples[i].line)
            str_addf(out, "%*s%s %s\n%*s%s\n", MARGIN, "", program, command->examples[i].line,
                3 * MARGIN, "", command->examples[i].what);
}

void help_text(const struct command *const *path, size_t depth, struct str *out)
{
    const struct command *command = path[depth - 1];
    cleanup_free char *name = command_line_name(path, depth);

    str_addf(out, "Usage: %s", name);
    if (command->flags)
        str_addf(out, " [FLAGS]");
    if (command->commands)
        str_addz(out, " COMMAND ...");
    else if (command->synopsis)
        str_addf(out, " %s", command->synopsis);
    str_addf(out, "\n\n%s.\n", command->summary);
    if (command->text) {
        str_addc(out, '\n');
        add_wrapped(out, command->text, 0);
    }
    add_commands(out, command);
    add_flags(out, depth == 1 ? "Flags of all commands" : "Flags", command);
    add_examples(out, command, path[0]->name);
    if (command->commands)
        str_addf(out, "\n\"%s COMMAND --help\" tells more about a command.\n", name);
    else
        str_addf(out, "\n\"%s --help\" lists the flags of all commands.\n", path[0]->name);
}
