#include <signal.h>

#include "command.h"

int main(int argc, char **argv)
{
    /* A closed pipe and a file grown too large are write errors with a status
     * of their own. */
    (void)signal(SIGPIPE, SIG_IGN);
    (void)signal(SIGXFSZ, SIG_IGN);
    return command_main(argc, argv);
}
