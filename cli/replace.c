#include "replace.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static int write_and_close(int fd, const struct text *content)
{
    int failed = text_write(content, fd) ? 0 : errno;

    if (close(fd) && !failed)
        failed = errno;
    return failed;
}

static int write_through(const char *path, const struct text *content)
{
    int fd = open(path, O_WRONLY | O_CLOEXEC);

    return fd < 0 ? errno : write_and_close(fd, content);
}

/* As a file that open() creates: readable by others where umask says so. */
static mode_t usual_mode(void)
{
    mode_t mask = umask(0);

    (void)umask(mask);
    return 0666 & ~mask;
}

int replace_file(const char *path, const struct text *content)
{
    struct text temp = {0};
    struct stat st;
    int failed;
    int fd;

    if (!stat(path, &st) && !S_ISREG(st.st_mode))
        return write_through(path, content);
    text_addf(&temp, "%s.XXXXXX", path);
    fd = mkostemp(temp.at, O_CLOEXEC);
    if (fd < 0) {
        failed = errno;
        text_fini(&temp);
        return failed;
    }
    (void)fchmod(fd, usual_mode());
    failed = write_and_close(fd, content);
    if (!failed && rename(temp.at, path))
        failed = errno;
    if (failed)
        (void)unlink(temp.at);
    text_fini(&temp);
    return failed;
}
