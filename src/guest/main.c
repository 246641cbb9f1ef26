/* main.c - ccpod-guest, ccpod's program inside the container. It is static: any image will do. */
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/mem.h"
#include "guest/modes.h"
#include "version.h"

static const struct {
    const char *name;
    int (*run)(char **args);
} modes[] = {
    {"init",  mode_init },
    {"exec",  mode_exec },
    {"pause", mode_pause},
};

int main(int argc, char **argv)
{
    const char *name = argc > 1 ? argv[1] : "";
    for (size_t i = 0; i < array_size(modes); i++)
        if (strcmp(name, modes[i].name) == 0)
            return modes[i].run(argv + 2);
    if (strcmp(name, "--version") == 0) {
        puts("ccpod-guest " CCPOD_VERSION);
        return 0;
    }
    fputs("usage: ccpod-guest init [--] [CMD ARGS...]\n"
          "       ccpod-guest exec [--root] [--] [CMD ARGS...]\n"
          "       ccpod-guest pause\n"
          "       ccpod-guest --version\n",
        stderr);
    return EXIT_CODE_USAGE;
}
