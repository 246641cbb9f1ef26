/* The least there can be between a terminal and a container: what is typed goes to the descriptor,
 * what comes from there to the terminal. For bench/run, which starts it as `relay FD`. */
#include <poll.h>
#include <stdlib.h>
#include <termios.h>
#include <unistd.h>

static char bytes[1 << 16];

static int pass_on(int from, int to)
{
    ssize_t n = read(from, bytes, sizeof bytes);
    for (ssize_t done = 0, rc; done < n; done += rc)
        if ((rc = write(to, bytes + done, (size_t)(n - done))) < 0)
            return 0;
    return n > 0;
}

int main(int argc, char **argv)
{
    int container = argc == 2 ? atoi(argv[1]) : -1;
    struct pollfd fds[] = {
        {.fd = STDIN_FILENO, .events = POLLIN},
        {.fd = container,    .events = POLLIN},
    };
    struct termios raw;

    if (tcgetattr(STDIN_FILENO, &raw) < 0)
        return 1;
    cfmakeraw(&raw);
    tcsetattr(STDIN_FILENO, TCSANOW, &raw);
    while (poll(fds, 2, -1) > 0) {
        if (fds[0].revents && !pass_on(STDIN_FILENO, container))
            break;
        if (fds[1].revents && !pass_on(container, STDOUT_FILENO))
            break;
    }
    return 0;
}
