/* git.c - see git.h. Hooks are off, and the variables that a surrounding git (a hook that runs
 * ccpod) has set do not count. */
#include "profile/git.h"

#include <string.h>

#include "base/limits.h"
#include "base/log.h"
#include "base/mem.h"

void git_begin(struct child *git, struct op *parent, const char *dir, const char *const *words)
{
    static const char *const prefix[] = {"env", "-u", "GIT_DIR", "-u", "GIT_WORK_TREE", "-u",
        "GIT_INDEX_FILE", "-u", "GIT_OBJECT_DIRECTORY", "-u", "GIT_NAMESPACE",
        "GIT_TERMINAL_PROMPT=0", "GIT_ASKPASS=false", "SSH_ASKPASS=false",
        "SSH_ASKPASS_REQUIRE=force", "GIT_LFS_SKIP_SMUDGE=1", "LC_ALL=C", "git", "-c",
        "core.hooksPath=/dev/null", "-c", "core.fsmonitor=false", "-c", "gc.auto=0", "-c",
        "submodule.recurse=false"};
    cleanup_strv struct strv argv = {0};
    for (size_t i = 0; i < array_size(prefix); i++)
        strv_add(&argv, prefix[i]);
    for (size_t i = 0; words[i]; i++)
        strv_add(&argv, words[i]);
    child_begin(git, parent, argv.v, dir);
}

/* The last line that begins with "fatal:", else the last; but where that says only that the remote
 * could not be read, the one before it, in which ssh or git says why. */
char *git_reason(const struct child *git)
{
    static const char fatal[] = "fatal: ";
    const char *found = "", *sure = NULL;
    if (git->code == EXIT_CODE_NOT_FOUND && !strstr(git->err.s, fatal))
        return mem_strdup("git is not installed");
    for (const char *s = git->err.s; *s; s += strcspn(s, "\n")) {
        s += strspn(s, "\n");
        bool is_fatal = text_starts(s, fatal);
        const char *text = is_fatal ? s + strlen(fatal) : s;
        if (is_fatal)
            sure = *found && text_starts(text, "Could not read from remote") ? found : text;
        if (*s)
            found = text;
    }
    found = sure ? sure : found;
    return *found ? mem_strndup(found, strcspn(found, "\r\n"))
                  : mem_printf("git ended with code %d", git->code);
}

/* Lines are "SHA<tab>NAME". A tag's own object counts only where no commit behind it is named. */
void git_listed_commit(const struct child *git, char *ret, size_t size)
{
    bool sure = false;
    for (const char *s = git->out.s; *s;) {
        size_t line = strcspn(s, "\n"), sha = strcspn(s, "\t");
        if (sha < size && sha < line && !sure) {
            memcpy(ret, s, sha);
            ret[sha] = '\0';
            sure = line > 3 && strncmp(s + line - 3, "^{}", 3) == 0;
        }
        s += line + (s[line] == '\n');
    }
}

char *git_repo_shown(const char *repo)
{
    const char *rest = strstr(repo, "://");
    const char *at = rest ? strchr(rest, '@') : NULL;
    if (!at || at > rest + 3 + strcspn(rest + 3, "/"))
        return mem_strdup(repo);
    return mem_printf("%.*s%s", (int)(rest + 3 - repo), repo, at + 1);
}

void git_keep_secret(const char *repo)
{
    const char *rest = strstr(repo, "://");
    size_t n = rest ? strcspn(rest + 3, "@/") : 0;
    if (!n || rest[3 + n] != '@')
        return;
    cleanup_free char *user = mem_strndup(rest + 3, n);
    log_secret(strchr(user, ':') ? strchr(user, ':') + 1 : user);
}
