#include <signal.h>

#include "command.h"

int main(int argc, char **argv)
{
    /* A closed pipe is a write error with a status of its own. */
    (void)signal(SIGPIPE, SIG_IGN);
    return command_main(argc, argv);
}
