#include "telemetry/key_log_file.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

const char *key_log_file_name(const char *option)
{
    const char *name = option ? option : getenv("SSLKEYLOGFILE");
    return name && *name ? name : NULL;
}

bool key_log_file_make(const char *option)
{
    struct stat st;
    if (!option)
        return true;
    /* A pipe is not opened to be closed again: its reader would think that this was
     * all. */
    if (stat(option, &st) == 0 && !S_ISREG(st.st_mode) && !S_ISDIR(st.st_mode))
        return access(option, W_OK) == 0;
    int fd = open(option, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
    return fd >= 0 && close(fd) == 0;
}
