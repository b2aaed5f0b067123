#include "transport/tls_file.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#define PIECE ((size_t)8192)

static bool read_all(struct str *to, int fd, size_t max)
{
    size_t before = to->len;
    for (;;) {
        char *room = str_reserve(to, PIECE);
        ssize_t n = read(fd, room, PIECE);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return n == 0;
        str_commit(to, (size_t)n);
        if (to->len - before > max) {
            errno = EFBIG;
            return false;
        }
    }
}

bool tls_file_read(struct str *to, const char *path, size_t max)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return false;
    bool is_good = read_all(to, fd, max);
    int error = errno;
    (void)close(fd);
    errno = error;
    return is_good;
}
