/* outcome.c - see outcome.h. */
#include "guest/outcome.h"

#include <errno.h>
#include <sys/wait.h>

#include "base/error.h"

int outcome_of_wait(int status)
{
    return WIFSIGNALED(status) ? EXIT_CODE_SIGNAL + WTERMSIG(status) : WEXITSTATUS(status);
}

int outcome_of_exec(int error)
{
    return error == ENOENT || error == ENOTDIR || error == ELIBACC ? EXIT_CODE_NOT_FOUND
                                                                   : EXIT_CODE_NOT_EXECUTABLE;
}
