#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include "commands.h"
#include "commit.h"
#include "files/ending.h"
#include "files/special_file.h"
#include "help/version.h"
#include "terminal/console.h"

/* Whoever started us may have closed some of them; the next descriptor to be
 * opened would then be taken for standard input or output.  What stands in is
 * open the other way round, so that its use is an error as before. */
static void keep_standard_descriptors(void)
{
    for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++) {
        if (fcntl(fd, F_GETFD) < 0)
            (void)open("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY);
    }
}

int main(int argc, char **argv)
{
    keep_standard_descriptors();
    /* A closed pipe and a file grown too large are write errors with a status
     * of their own. */
    (void)signal(SIGPIPE, SIG_IGN);
    (void)signal(SIGXFSZ, SIG_IGN);
    version_built_from(QUIVER_COMMIT);

    int status = commands_main(argc, argv);
    special_files_close();
    console_close();
    return ending_status(status);
}
